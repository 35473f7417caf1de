using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>An index after any changes against one that is built at once, and against a reckoning from the texts alone.</summary>
public sealed class IndexModelTests
{
    const int Dimensions = 5;

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 10));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Index_after_many_changes_answers_as_one_built_at_once(int seed)
    {
        var world = new IndexWorld(seed);
        var index = new MemoryIndex(new SearchOptions());
        var documents = new Dictionary<string, MemoryDocument>(StringComparer.Ordinal);
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var change = 0; change < 400; change++)
        {
            Change(world, index, documents, vectors);
            if (change % 20 != 0)
                continue;
            var fresh = new MemoryIndex(new SearchOptions());
            foreach (var document in documents.Values.OrderBy(_ => world.Random.Next()))
                fresh.Put(document);
            foreach (var (id, vector) in vectors)
                fresh.SetVector(id, documents[id].Text, vector).ShouldBeTrue();
            (index.Count, index.WithoutVector).ShouldBe((fresh.Count, fresh.WithoutVector));
            for (var question = 0; question < 10; question++)
            {
                var query = world.Query(Dimensions);
                Show(await index.SearchAsync(query, default)).ShouldBe(Show(await fresh.SearchAsync(query, default)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Words_count_as_reckoned_from_the_texts_alone(int seed)
    {
        // One signal at a time, so that a mistake in one cannot hide behind another.
        var options = new SearchOptions
        {
            Weights = seed % 2 == 0
                ? SearchWeights.FromArray(new float[14], 0) with { Words = 1, Unknown = 0 }
                : SearchWeights.FromArray(new float[14], 0) with { Conversation = 1, Unknown = 0 },
        };
        var world = new IndexWorld(seed);
        var index = new MemoryIndex(options);
        var documents = new Dictionary<string, MemoryDocument>(StringComparer.Ordinal);
        for (var change = 0; change < 200; change++)
        {
            Change(world, index, documents, []);
            var query = world.Query() with { Limit = 1000, Mode = SearchMode.Keyword };
            if (documents.Count == 0)
                continue;
            var expected = new NaiveRanking(options, documents.Values).Rank(query);
            var hits = (await index.SearchAsync(query, default)).Hits;
            foreach (var hit in hits)
                hit.Score.ShouldBe(1 / (1 + Math.Exp(-(options.Weights.Words == 1 ? expected[hit.Document.Id].Words : expected[hit.Document.Id].Conversation))), 1e-4);
            hits.Select(h => h.Document.Id).Distinct().Count().ShouldBe(hits.Count);
            hits.Select(h => h.Score).ShouldBe(hits.Select(h => h.Score).OrderDescending());
            var mustBeFound = expected.Where(e => e.Value.HasContent && query.Filter.Allows(documents[e.Key], query.Now)).Select(e => e.Key);
            mustBeFound.Except(hits.Select(h => h.Document.Id)).ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Filter_takes_away_what_it_forbids_and_nothing_else(int seed)
    {
        var world = new IndexWorld(seed);
        var index = new MemoryIndex(new SearchOptions());
        var documents = new Dictionary<string, MemoryDocument>(StringComparer.Ordinal);
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var change = 0; change < 100; change++)
            Change(world, index, documents, vectors);
        for (var question = 0; question < 200; question++)
        {
            var query = world.Query(Dimensions) with { Filter = world.Filter(), Limit = 1000 };
            // Links bring in what fits by no word, and what may be linked depends on the filter.
            var open = await index.SearchAsync(query with { Filter = new MemoryFilter { IncludeInvalid = true } }, default);
            var filtered = await index.SearchAsync(query, default);
            var allowed = open.Hits.Where(h => Allows(query.Filter, h.Document)).Select(h => h.Document.Id);

            filtered.Hits.ShouldAllBe(h => Allows(query.Filter, h.Document));
            filtered.Hits.Where(h => !h.Matched.HasFlag(MatchReasons.Links)).Select(h => h.Document.Id).Except(allowed).ShouldBeEmpty();
            open.Hits.Where(h => !h.Matched.HasFlag(MatchReasons.Links) && Allows(query.Filter, h.Document)).Select(h => h.Document.Id)
                .Except(filtered.Hits.Select(h => h.Document.Id)).ShouldBeEmpty();
        }
    }

    static void Change(IndexWorld world, MemoryIndex index, Dictionary<string, MemoryDocument> documents, Dictionary<string, float[]> vectors)
    {
        switch (world.Random.Next(5))
        {
            case 0:
                var removed = world.Id();
                index.Remove(removed);
                documents.Remove(removed);
                vectors.Remove(removed);
                break;
            case 1 when documents.Count > 0:
                var changed = documents.Values.ElementAt(world.Random.Next(documents.Count));
                var vector = world.Vector(Dimensions);
                index.SetVector(changed.Id, changed.Text, vector).ShouldBeTrue();
                index.SetVector(changed.Id, changed.Text + " more", vector).ShouldBeFalse();
                vectors[changed.Id] = vector;
                break;
            case 2 when documents.Count > 0:
                var same = documents.Values.ElementAt(world.Random.Next(documents.Count));
                same = world.Document(same.Id) with { Text = same.Text };
                index.Put(documents[same.Id] = same);
                break;
            default:
                var document = world.Document();
                if (documents.TryGetValue(document.Id, out var old) && old.Text != document.Text)
                    vectors.Remove(document.Id);
                index.Put(documents[document.Id] = document);
                break;
        }
    }

    static string Show(MemorySearchResult result) =>
        $"{result.Mode}\n{string.Join('\n', result.Hits.Select(h => $"{h.Document.Id} {h.Score:r} {h.Matched}"))}";

    static bool Allows(MemoryFilter filter, MemoryDocument d)
    {
        if (d.ExpiresAt is { } end && end <= IndexWorld.Now)
            return false;
        var at = filter.AsOf ?? IndexWorld.Now;
        if (!filter.IncludeInvalid && (d.ValidFrom is { } from && from > at || d.ValidTo is { } to && to <= at))
            return false;
        if (filter.Session is not null && filter.Session != d.Session || filter.Agents.Count > 0 && !filter.Agents.Contains(d.Agent))
            return false;
        if (filter.From is { } earliest && d.At < earliest || filter.To is { } latest && d.At >= latest)
            return false;
        return d.Importance >= filter.MinImportance && filter.Tags.All(t => d.Tags is not null && d.Tags.Contains(t));
    }
}
