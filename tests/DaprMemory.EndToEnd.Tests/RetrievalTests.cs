using DaprMemory.Cli.Retrieval;
using DaprMemory.Cli.Tune;
using DaprMemory.Cli.Up;
using DaprMemory.Client;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;
using DaprMemory.LocalSidecar;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>What searches through the API find in real conversations is what an index of them finds.</summary>
public sealed class RetrievalTests
{
    const int Questions = 60;

    [ConversationsFact]
    public async Task Searches_through_the_API_find_what_the_index_finds()
    {
        var (turns, questions) = ReadOne();
        using var data = new DataFolder();
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { DataPath = data.Path, Insecure = true, Synchronous = SqliteSynchronous.Normal });
        using var client = new MemoryClient(cluster.RouterAddress);
        var bench = new RetrievalBench(client, _ => { });
        await bench.ImportAsync(turns, default);
        (await bench.WaitForVectorsAsync([turns[0].Space], default)).ShouldBeNull();
        var index = NewIndex(turns);
        var tally = new RetrievalTally();
        var asked = new List<(AskedQuestion Question, IReadOnlyList<string> Hits)>();

        await bench.AskAsync(questions, (question, hits) => asked.Add((question, hits)), default);

        foreach (var (question, hits) in asked)
        {
            tally.Add(question, hits);
            var found = await index.SearchAsync(new MemoryQuery(question.Question, TimeProvider.System.GetUtcNow()), default);
            hits.ShouldBe(found.Hits.Select(hit => hit.Document.Id), question.Question);
        }
        tally.Scores[0].Questions.ShouldBe(Questions);
        tally.Scores[0].RecallAt10.ShouldBeGreaterThan(0.7);
    }

    [ConversationsFact]
    public async Task Weights_that_are_fitted_find_more_than_weights_that_are_bad()
    {
        var (turns, questions) = ReadOne();
        var tuning = new WeightTuning([.. turns.Select((turn, i) => (Document(turn, i + 1), (float[]?)null))], null, TimeProvider.System.GetUtcNow());

        var result = await tuning.RunAsync(questions, new SearchWeights { Words = 1, Conversation = 5, Author = 0, Length = -1, Questions = 1 }, default);

        result.Before[0].Questions.ShouldBe(Questions);
        result.After[0].RecallAt10.ShouldBeGreaterThan(result.Before[0].RecallAt10 + 0.05);
        result.Weights.Words.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void A_tally_counts_what_is_found_where()
    {
        var tally = new RetrievalTally();
        tally.Add(new AskedQuestion("?", ["a", "b"], Category: "one"), ["x", "a", "x", "x", "x", "b"]);
        tally.Add(new AskedQuestion("?", ["c"], Category: "two"), []);
        tally.Scores.ShouldBe([
            new RetrievalScores("overall", 2, 0.25, 0.5, 0.5, 0.25), new RetrievalScores("one", 1, 0.5, 1, 1, 0.5), new RetrievalScores("two", 1, 0, 0, 0, 0),
        ]);
    }

    static (IReadOnlyList<JudgedTurn> Turns, IReadOnlyList<AskedQuestion> Questions) ReadOne()
    {
        var folder = Path.GetDirectoryName(Conversations.File!)!;
        var turns = JudgedData.ReadTurns(Path.Combine(folder, JudgedData.Turns));
        var space = turns[0].Space;
        return (
            [.. turns.Where(turn => turn.Space == space)],
            [.. JudgedData.ReadQuestions(Path.Combine(folder, JudgedData.Questions)).Where(question => question.Space == space).Take(Questions)]);
    }

    static MemoryIndex NewIndex(IReadOnlyList<JudgedTurn> turns)
    {
        var index = new MemoryIndex(new Core.Search.SearchOptions());
        for (var i = 0; i < turns.Count; i++)
            index.Put(Document(turns[i], i + 1));
        return index;
    }

    static MemoryDocument Document(JudgedTurn turn, long number) =>
        new(turn.Turn, new ETag(1, 0), turn.Text, turn.Speaker, turn.At) { Session = turn.Session, Turn = number };
}
