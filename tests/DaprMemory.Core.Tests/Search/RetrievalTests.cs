using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Search;
using DaprMemory.Core.Tests.Embeddings;
using Xunit.Abstractions;

namespace DaprMemory.Core.Tests.Search;

/// <summary>How many of the turns that answer a question are among the first ten hits, in real conversations.</summary>
public sealed class RetrievalTests(ITestOutputHelper output)
{
    [JudgedConversationsFact]
    public async Task Turns_that_answer_are_among_the_first_ten()
    {
        var found = await MeasureAsync(JudgedConversations.Indexes(new SearchOptions()), JudgedConversations.Questions().SelectMany(q => q));

        found.Recall.ShouldBeGreaterThan(0.80);
        found.Hit.ShouldBeGreaterThan(0.86);
        found.ByCategory["multi-hop"].ShouldBeGreaterThan(0.46);
        found.ByCategory["single-hop"].ShouldBeGreaterThan(0.90);
        found.ByCategory["temporal"].ShouldBeGreaterThan(0.89);
    }

    [JudgedConversationsFact(withModel: true)]
    public async Task Turns_that_answer_are_found_more_often_with_the_embedded_model()
    {
        var model = UniversalSentenceEncoder.Load(ModelFactAttribute.Folder!);

        var found = await MeasureAsync(JudgedConversations.Indexes(new SearchOptions(), model.Encode), JudgedConversations.Questions().SelectMany(q => q), model.Encode);

        found.Recall.ShouldBeGreaterThan(0.83);
        found.Hit.ShouldBeGreaterThan(0.89);
        found.ByCategory["multi-hop"].ShouldBeGreaterThan(0.53);
    }

    [JudgedConversationsFact]
    public async Task Hits_of_all_conversations_in_the_order_of_their_scores_find_nearly_as_much()
    {
        var indexes = JudgedConversations.Indexes(new SearchOptions());
        double alone = 0, merged = 0;
        foreach (var question in JudgedConversations.Questions().SelectMany(q => q))
        {
            var hits = new List<(string Space, MemoryHit Hit)>();
            foreach (var (space, index) in indexes)
                hits.AddRange((await index.SearchAsync(Query(question), default)).Hits.Select(hit => (space, hit)));
            alone += Recall(question, hits.Where(h => h.Space == question.Space));
            merged += Recall(question, hits.OrderByDescending(h => h.Hit.Score).Take(10));
        }

        output.WriteLine($"merged {merged:f1}, alone {alone:f1}");
        merged.ShouldBeGreaterThan(0.985 * alone);

        static double Recall(JudgedConversations.Question question, IEnumerable<(string Space, MemoryHit Hit)> hits) =>
            (double)hits.Count(h => h.Space == question.Space && question.Evidence.Contains(h.Hit.Document.Id)) / question.Evidence.Length;
    }

    [JudgedConversationsFact]
    public async Task Misspelled_questions_still_find_most_of_what_answers()
    {
        var random = new Random(5);
        var questions = JudgedConversations.Questions().SelectMany(q => q).Select(q => q with { Text = Misspell(q.Text, random) }).ToArray();

        var with = await MeasureAsync(JudgedConversations.Indexes(new SearchOptions()), questions);
        var without = await MeasureAsync(JudgedConversations.Indexes(new SearchOptions { RepairedWordWeight = 0 }), questions);

        with.Recall.ShouldBeGreaterThan(0.76);
        with.Recall.ShouldBeGreaterThan(without.Recall + 0.05);
    }

    [JudgedConversationsFact]
    public async Task Weights_fitted_to_some_conversations_hold_in_another()
    {
        var questions = JudgedConversations.Questions();
        var indexes = JudgedConversations.Indexes(new SearchOptions());
        var held = questions.First().Key;
        var judged = questions.Where(g => g.Key != held).SelectMany(g => g.Take(60))
            .Select(q => indexes[q.Space].Judge(Query(q), q.Evidence.ToHashSet(StringComparer.Ordinal)));

        var fitted = WeightFitting.Fit(judged, new SearchWeights { Words = 1, Conversation = 1, Author = 0, TimeSaid = 0, Questions = 0, Length = 0 });
        var found = await MeasureAsync(JudgedConversations.Indexes(new SearchOptions { Weights = fitted }), questions[held]);

        found.Recall.ShouldBeGreaterThan(0.74);
    }

    static MemoryQuery Query(JudgedConversations.Question question) => new(question.Text, IndexWorld.Now);

    async Task<(double Recall, double Hit, Dictionary<string, double> ByCategory)> MeasureAsync(
        Dictionary<string, MemoryIndex> indexes, IEnumerable<JudgedConversations.Question> questions, Func<string, float[]>? encode = null)
    {
        var recalls = new List<(string Category, double Recall)>();
        foreach (var question in questions)
        {
            var index = indexes[question.Space];
            ReadOnlyMemory<float>? vector = encode is null ? null : encode(index.TextForVector(question.Text));
            var hits = (await index.SearchAsync(Query(question) with { Vector = vector }, default)).Hits.Select(h => h.Document.Id);
            recalls.Add((question.Category, (double)question.Evidence.Intersect(hits).Count() / question.Evidence.Length));
        }
        var byCategory = recalls.GroupBy(r => r.Category).ToDictionary(g => g.Key, g => g.Average(r => r.Recall));
        var (recall, hit) = (recalls.Average(r => r.Recall), recalls.Average(r => r.Recall > 0 ? 1.0 : 0));
        output.WriteLine($"R@10 {recall:f4}, hit@10 {hit:f4}, {string.Join(", ", byCategory.Select(c => $"{c.Key} {c.Value:f3}"))}");
        return (recall, hit, byCategory);
    }

    // A letter is lost, doubled or swapped with the next in every longer word that is no name.
    static string Misspell(string question, Random random) => string.Join(' ', question.Split(' ').Select(word =>
    {
        if (word.Length < 5 || !word.All(char.IsAsciiLetterLower))
            return word;
        var at = 1 + random.Next(word.Length - 2);
        return random.Next(3) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, word[at].ToString()),
            _ => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
        };
    }));
}
