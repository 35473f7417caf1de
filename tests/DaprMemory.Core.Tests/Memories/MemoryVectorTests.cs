using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Search;
using DaprMemory.Core.Tests.Embeddings;

namespace DaprMemory.Core.Tests.Memories;

/// <summary>How memories come by their vectors, and searches by theirs.</summary>
public sealed class MemoryVectorTests : IAsyncLifetime
{
    readonly FaultyStore.Shared _disk = new();
    readonly FakeModel _model = new();
    EmbeddingScheduler _scheduler = null!;

    public Task InitializeAsync()
    {
        _scheduler = new EmbeddingScheduler(_model, EmbeddingNode.Brisk, TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _scheduler.DisposeAsync();

    [Fact]
    public async Task Memories_get_their_vectors_behind_the_write_and_are_then_found_by_them()
    {
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "the text"), MemoryNode.Put("b", "something else"));
        var found = await SearchWhenAllHaveVectorsAsync(node, "the text");
        found.Mode.ShouldBe(SearchMode.Vector);
        found.Model.ShouldBe("fake");
        found.Items[0].Hit.Document.Id.ShouldBe("a");
        found.Items[0].Hit.Matched.ShouldBe(MatchReasons.Vector);
        (await SearchAsync(node, "the text", SearchMode.Hybrid)).Mode.ShouldBe(SearchMode.Hybrid);
    }

    [Fact]
    public async Task A_search_does_not_wait_for_vectors_and_says_how_many_are_missing()
    {
        var release = new TaskCompletionSource();
        _model.OnBatch = texts => texts.Contains("word a") ? release.Task : Task.CompletedTask;
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "word a"));
        var found = await SearchAsync(node, "word", SearchMode.Hybrid);
        found.Backlog.ShouldBe(1);
        found.Items.Single().Hit.Document.Id.ShouldBe("a");
        release.SetResult();
        (await SearchWhenAllHaveVectorsAsync(node, "word")).Items.Single().Hit.Document.Id.ShouldBe("a");
    }

    [Theory]
    [InlineData(SearchMode.Hybrid)]
    [InlineData(SearchMode.Vector)]
    public async Task When_the_model_fails_memories_are_found_by_their_words_and_the_answer_says_so(SearchMode mode)
    {
        _model.OnBatch = _ => throw new HttpRequestException("down");
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "the word"), MemoryNode.Put("b", "another"));
        var found = await SearchAsync(node, "word", mode);
        found.Mode.ShouldBe(SearchMode.Keyword);
        found.Backlog.ShouldBe(2);
        found.Items.Select(item => item.Hit.Document.Id).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_changed_text_gets_a_new_vector_and_an_unchanged_one_keeps_its_own()
    {
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "before"), MemoryNode.Put("b", "same"));
        await SearchWhenAllHaveVectorsAsync(node, "x");
        await node.CommitAsync(MemoryNode.Put("a", "after"), MemoryNode.Put("b", MemoryNode.NewMemory("same") with { Importance = 1 }));
        (await SearchWhenAllHaveVectorsAsync(node, "after")).Items[0].Hit.Document.Id.ShouldBe("a");
        _model.Embedded.Count(text => text == "same").ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_was_drained_leaves_its_vectors_to_the_next()
    {
        var node = NewNode();
        for (var i = 0; i < 30; i++)
            await node.CommitAsync(MemoryNode.Put($"m{i}", $"text {i}"));
        await SearchWhenAllHaveVectorsAsync(node, "x");
        await node.Spaces.DrainAsync(default);
        var embedded = _model.Embedded.Count;
        (await SearchWhenAllHaveVectorsAsync(NewNode(), "text 7")).Items[0].Hit.Document.Id.ShouldBe("m7");
        // The queries are embedded, too.
        _model.Embedded.Skip(embedded).ShouldAllBe(text => text == "text 7");
    }

    [Theory]
    [InlineData(16)] // as many numbers as the old model gives
    [InlineData(24)]
    public async Task While_a_new_model_is_behind_the_vectors_of_the_old_one_answer_through_restarts(int dimensions)
    {
        var node = NewNode();
        for (var i = 0; i < 40; i++)
            await node.CommitAsync(MemoryNode.Put($"m{i}", $"text {i}"));
        await SearchWhenAllHaveVectorsAsync(node, "x");
        await node.Spaces.DrainAsync(default);

        // The new model makes some vectors in each life of the node, and then no more until the next.
        var (young, allowed) = (new FakeModel("young", dimensions), 0);
        young.OnBatch = texts => texts is ["text 7"] || Interlocked.Add(ref allowed, -texts.Count) >= 0 ? Task.CompletedTask : Task.Delay(Timeout.Infinite);
        var backlog = 40;
        for (var life = 0; life < 2; life++)
        {
            var scheduler = new EmbeddingScheduler(young, EmbeddingNode.Brisk, TimeProvider.System);
            Volatile.Write(ref allowed, EmbeddingNode.Brisk.BatchSize);
            node = new Node(_disk, embeddings: scheduler, former: _scheduler);
            var found = await SearchUntilAsync(node, found => found.Model == "fake" && found.Backlog < backlog && found.Backlog <= 40 - 8 * (life + 1));
            found.Mode.ShouldBe(SearchMode.Vector);
            found.Items[0].Hit.Document.Id.ShouldBe("m7", "the old model's vector of the query is that of the old model's vector of the text");
            found.Items.Count.ShouldBe(10);
            (await SearchAsync(node, "text 7", SearchMode.Hybrid)).Mode.ShouldBe(SearchMode.Hybrid);
            backlog = found.Backlog;
            await scheduler.DisposeAsync();
            await node.Spaces.DrainAsync(default);
        }
        backlog.ShouldBe(24);

        await using var last = new EmbeddingScheduler(young, EmbeddingNode.Brisk, TimeProvider.System);
        Volatile.Write(ref allowed, 1000);
        node = new Node(_disk, embeddings: last, former: _scheduler);
        for (var until = DateTime.UtcNow.AddSeconds(30); ; await Task.Yield())
        {
            var found = await SearchAsync(node, "text 7", SearchMode.Vector);
            // Whichever model it is: as soon as there are vectors of one, no search falls back.
            if (found is { Backlog: 0, Model: "young" })
            {
                (found.Mode, found.Items[0].Hit.Document.Id).ShouldBe((SearchMode.Vector, "m7"));
                break;
            }
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
        young.Embedded.Where(text => text != "text 7").Distinct().Count().ShouldBe(39);
        young.Embedded.Count(text => text != "text 7").ShouldBe(39, "no life makes again what one before has saved");
    }

    [Fact]
    public async Task When_the_old_model_is_gone_the_new_one_answers_with_what_it_has()
    {
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "the text"), MemoryNode.Put("b", "another"));
        await SearchWhenAllHaveVectorsAsync(node, "x");
        await node.Spaces.DrainAsync(default);
        _model.OnBatch = _ => throw new HttpRequestException("gone");
        var young = new FakeModel("young") { OnBatch = texts => texts.Contains("another") ? Task.Delay(Timeout.Infinite) : Task.CompletedTask };
        await using var scheduler = new EmbeddingScheduler(young, EmbeddingNode.Brisk with { BatchSize = 1 }, TimeProvider.System);

        var found = await SearchUntilAsync(new Node(_disk, embeddings: scheduler, former: _scheduler), found => found.Backlog == 1);

        (found.Mode, found.Model, found.Items.Single().Hit.Document.Id).ShouldBe((SearchMode.Vector, "young", "a"));
    }

    static async Task<MemorySearch> SearchUntilAsync(Node node, Func<MemorySearch, bool> isReached)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(5))
        {
            var found = await SearchAsync(node, "text 7", SearchMode.Vector);
            if (isReached(found))
                return found;
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
    }

    Node NewNode() => new(_disk, embeddings: _scheduler);

    static async Task<MemorySearch> SearchAsync(Node node, string text, SearchMode mode)
    {
        var space = await node.OpenAsync();
        return await space.Memories.SearchAsync(new MemoryQuery(text, TimeProvider.System.GetUtcNow()) { Mode = mode }, 0, space.View.Version, default);
    }

    static async Task<MemorySearch> SearchWhenAllHaveVectorsAsync(Node node, string text)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(5))
        {
            var found = await SearchAsync(node, text, SearchMode.Vector);
            if (found is { Backlog: 0, Mode: SearchMode.Vector })
                return found;
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
    }
}
