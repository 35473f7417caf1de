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
