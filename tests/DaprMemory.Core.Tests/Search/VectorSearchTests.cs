using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Finding by meaning, with all vectors, some, none, and those of two models.</summary>
public sealed class VectorSearchTests
{
    static readonly DateTimeOffset Now = IndexWorld.Now;
    readonly MemoryIndex _index = new(new SearchOptions());
    readonly IndexWorld _world = new(1);

    [Theory]
    [InlineData(1), InlineData(3), InlineData(32), InlineData(33), InlineData(512)]
    public void Product_of_stored_vectors_is_nearly_that_of_the_vectors(int dimensions)
    {
        var table = new VectorTable(dimensions);
        var vectors = Enumerable.Range(0, 300).Select(_ => Gaussian(dimensions)).ToArray();
        for (var i = 0; i < vectors.Length; i++)
            table.Set(i * 7, vectors[i]);
        var query = Gaussian(dimensions);

        var prepared = table.Prepare(query);

        for (var i = 0; i < vectors.Length; i++)
            table.Multiply(prepared, i * 7).ShouldBe(query.Zip(vectors[i], (a, b) => a * b).Sum(), 0.01f);
        table.Count.ShouldBe(300);
        table.Has(1).ShouldBeFalse();
    }

    [Fact]
    public void Product_at_the_limits_of_a_byte_does_not_overflow()
    {
        var table = new VectorTable(4096);
        var ones = Enumerable.Repeat(1f / 64, 4096).ToArray();
        table.Set(0, ones);

        table.Multiply(table.Prepare(ones), 0).ShouldBe(1, 1e-4f);
        table.Multiply(table.Prepare([.. ones.Select(x => -x)]), 0).ShouldBe(-1, 1e-4f);
    }

    [Fact]
    public async Task Search_by_vector_finds_the_nearest_first()
    {
        var vectors = Put(50, 16);
        var query = Gaussian(16);

        var found = await SearchAsync(SearchMode.Vector, query, 10);

        found.Mode.ShouldBe(SearchMode.Vector);
        found.Hits.ShouldAllBe(h => h.Matched == MatchReasons.Vector && h.Score >= 0 && h.Score <= 1);
        found.Hits[0].Document.Id.ShouldBe(vectors.MaxBy(v => v.Value.Zip(query, (a, b) => a * b).Sum()).Key);
    }

    [Fact]
    public async Task Hybrid_search_finds_what_has_no_word_of_the_query_by_its_vector()
    {
        var vectors = Put(50, 16);

        var found = await SearchAsync(SearchMode.Hybrid, vectors["m17"], 3);

        found.Mode.ShouldBe(SearchMode.Hybrid);
        found.Hits[0].Document.Id.ShouldBe("m17");
        found.Hits[0].Matched.HasFlag(MatchReasons.Vector).ShouldBeTrue();
        found.Hits[0].Matched.HasFlag(MatchReasons.Keyword).ShouldBeFalse();
    }

    [Theory]
    [InlineData(SearchMode.Hybrid), InlineData(SearchMode.Vector)]
    public async Task Search_without_vectors_says_that_it_was_by_words(SearchMode mode)
    {
        (await SearchAsync(mode, Gaussian(16), 3)).Mode.ShouldBe(SearchMode.Keyword);
        _index.Put(Document("a", "launch"));
        (await SearchAsync(mode, Gaussian(16), 3)).Mode.ShouldBe(SearchMode.Keyword);
        _index.SetVector("a", "launch", Gaussian(16)).ShouldBeTrue();
        (await SearchAsync(mode, Gaussian(16), 3)).Mode.ShouldBe(mode);
        (await _index.SearchAsync(new MemoryQuery("launch", Now) { Mode = mode }, default)).Mode.ShouldBe(SearchMode.Keyword);
        (await SearchAsync(mode, Gaussian(8), 3)).Mode.ShouldBe(SearchMode.Keyword);
        _index.Remove("a");
        (await SearchAsync(mode, Gaussian(16), 3)).Mode.ShouldBe(SearchMode.Keyword);
    }

    [Fact]
    public async Task Vectors_of_a_new_model_come_in_while_the_old_ones_answer()
    {
        for (var i = 0; i < 20; i++)
        {
            _index.Put(Document($"m{i}", $"text {i}"));
            _index.SetFormerVector($"m{i}", $"text {i}", Gaussian(16)).ShouldBeTrue();
        }
        // Two models may give vectors of one length.
        var (old, young) = (Gaussian(16), Gaussian(16));
        var before = await FormerAsync();
        before.Hits.Count.ShouldBe(20);
        for (var i = 0; i < 20; i++)
        {
            (_index.WithoutVector, _index.WithFormerVector).ShouldBe((20 - i, 20));
            (await FormerAsync()).Hits.ShouldBe(before.Hits);
            _index.SetVector($"m{i}", $"text {i}", Gaussian(16)).ShouldBeTrue();
            (await SearchAsync(SearchMode.Vector, young, 20)).Hits.Count.ShouldBe(i + 1);
        }

        (_index.WithoutVector, _index.WithFormerVector).ShouldBe((0, 0));
        (await FormerAsync()).Mode.ShouldBe(SearchMode.Keyword);
        _index.SetFormerVector("m0", "text 0", old).ShouldBeFalse();

        async Task<MemorySearchResult> FormerAsync() => await _index.SearchAsync(
            new MemoryQuery("launch", IndexWorld.Now) { Mode = SearchMode.Vector, Vector = old, IsOfFormerModel = true, Limit = 20 }, default);
    }

    [Fact]
    public async Task Vector_stays_with_its_text_and_goes_with_it()
    {
        var vectors = Put(3, 16);
        _index.Put(Document("m1", "text 1") with { Importance = 1 });
        _index.WithoutVector.ShouldBe(0);
        (await SearchAsync(SearchMode.Vector, vectors["m1"], 1)).Hits[0].Document.Importance.ShouldBe(1);

        _index.Put(Document("m1", "another text"));
        _index.WithoutVector.ShouldBe(1);
        _index.SetVector("m1", "text 1", vectors["m1"]).ShouldBeFalse();
        (await SearchAsync(SearchMode.Vector, vectors["m1"], 3)).Hits.ShouldNotContain(h => h.Document.Id == "m1");
    }

    [Fact]
    public void Vector_that_is_none_is_refused()
    {
        Put(1, 4);
        _index.SetVector("m0", "text 0", []).ShouldBeFalse();
        _index.SetVector("m0", "text 0", [1, float.NaN, 0, 0]).ShouldBeFalse();
        _index.SetVector("m0", "text 0", [1, float.PositiveInfinity, 0, 0]).ShouldBeFalse();
        _index.SetVector("m0", "text 0", new float[4]).ShouldBeTrue();
        _index.WithoutVector.ShouldBe(0);
    }

    Dictionary<string, float[]> Put(int count, int dimensions)
    {
        var vectors = new Dictionary<string, float[]>();
        for (var i = 0; i < count; i++)
        {
            _index.Put(Document($"m{i}", $"text {i}"));
            _index.SetVector($"m{i}", $"text {i}", vectors[$"m{i}"] = Gaussian(dimensions)).ShouldBeTrue();
        }
        return vectors;
    }

    static MemoryDocument Document(string id, string text) => new(id, new ETag(1, 0), text, "planner", Now);

    ValueTask<MemorySearchResult> SearchAsync(SearchMode mode, float[] vector, int limit) =>
        _index.SearchAsync(new MemoryQuery("nothing like it", Now) { Mode = mode, Vector = vector, Limit = limit }, default);

    float[] Gaussian(int dimensions)
    {
        var vector = Enumerable.Range(0, dimensions).Select(_ => (float)Enumerable.Range(0, 12).Sum(_ => _world.Random.NextDouble() - 0.5)).ToArray();
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return Array.ConvertAll(vector, x => x / length);
    }
}
