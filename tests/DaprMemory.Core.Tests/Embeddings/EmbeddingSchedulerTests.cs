using System.Collections.Concurrent;
using DaprMemory.Conformance;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Tests.Embeddings.EmbeddingNode;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>The node's one way to its model: fair, patient with failures, and quick for queries.</summary>
public sealed class EmbeddingSchedulerTests
{
    static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    readonly InMemoryCommitStore _store = new();

    [Fact]
    public async Task Model_that_is_down_loses_nothing_and_the_backlog_shows()
    {
        var isDown = true;
        var model = new FakeModel { OnBatch = _ => Volatile.Read(ref isDown) ? Task.FromException(new HttpRequestException("down")) : Task.CompletedTask };
        await using var node = new EmbeddingNode(_store, model);
        var memories = Texts(200);
        await node.LoadAsync(memories);
        node.Pipeline.Backlog.ShouldBe(200);
        (await node.Scheduler.EmbedQueryAsync("query", LongEnough, default)).ShouldBeNull();

        Volatile.Write(ref isDown, false);
        await node.IdleAsync();

        node.ShouldHave(memories);
        node.Model.Embedded.Count.ShouldBe(200);
        (await node.Scheduler.EmbedQueryAsync("query", LongEnough, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Text_that_the_model_refuses_stays_without_a_vector_and_stops_no_other()
    {
        var model = new FakeModel
        {
            OnBatch = texts => texts.Any(text => text.EndsWith('7')) ? Task.FromException(new EmbeddingRefusedException("no sevens")) : Task.CompletedTask,
        };
        await using var node = new EmbeddingNode(_store, model);
        await node.LoadAsync(Texts(100));
        await node.IdleAsync();

        node.Delivered.Count.ShouldBe(90);
        node.Delivered.Keys.ShouldNotContain(memory => memory.Id.EndsWith('7'));
    }

    [Fact]
    public async Task Vectors_of_other_dimensions_are_not_taken()
    {
        var model = new FakeModel { GivenDimensions = 15 };
        await using var node = new EmbeddingNode(_store, model);
        await node.LoadAsync(Texts(10));
        await WaitForAsync(() => model.Embedded.Count >= 20);
        node.Delivered.ShouldBeEmpty();
        (await node.Scheduler.EmbedQueryAsync("query", LongEnough, default)).ShouldBeNull();

        model.GivenDimensions = 16;
        await node.IdleAsync();
        node.ShouldHave(Texts(10));
    }

    [Fact]
    public async Task Small_space_does_not_wait_until_a_large_one_is_done()
    {
        var goOn = new SemaphoreSlim(0);
        var batches = new ConcurrentQueue<string>();
        var model = new FakeModel { OnBatch = async texts => { batches.Enqueue(texts[0]); await goOn.WaitAsync(); } };
        await using var node = new EmbeddingNode(_store, model, Brisk with { Concurrency = 1 });
        await node.LoadAsync(Texts(400, "large"));
        await WaitForAsync(() => batches.Count == 1);
        await using var small = node.NewPipeline(_store, new SpaceId("acme", "small"));
        await small.LoadAsync(Texts(3, "small"), default);

        goOn.Release(1000);
        await WaitForAsync(() => small.Backlog == 0);
        await node.IdleAsync();

        batches.Take(3).ShouldContain("text of small0");
        batches.Count.ShouldBe(51);
    }

    [Fact]
    public async Task Large_space_has_as_many_batches_under_way_as_the_node_may()
    {
        var goOn = new TaskCompletionSource();
        var begun = 0;
        var model = new FakeModel { OnBatch = _ => { Interlocked.Increment(ref begun); return goOn.Task; } };
        await using var node = new EmbeddingNode(_store, model, Brisk with { Concurrency = 3 });
        await node.LoadAsync(Texts(100));

        await WaitForAsync(() => Volatile.Read(ref begun) == 3);
        goOn.SetResult();
        await node.IdleAsync();
    }

    [Fact]
    public async Task Query_does_not_wait_for_the_backlog_and_its_vector_is_kept()
    {
        var goOn = new TaskCompletionSource();
        var model = new FakeModel { OnBatch = texts => texts[0].StartsWith("text of", StringComparison.Ordinal) ? goOn.Task : Task.CompletedTask };
        await using var node = new EmbeddingNode(_store, model);
        await node.LoadAsync(Texts(100));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => node.Scheduler.EmbedQueryAsync("what?", LongEnough, default)));

        foreach (var answer in answers)
            answer.ShouldNotBeNull().ToArray().Zip(model.VectorOf("what?")).ShouldAllBe(pair => MathF.Abs(pair.First - pair.Second) < 1e-6f);
        model.Embedded.ShouldBe(["what?"]);
        goOn.SetResult();
    }

    [Fact]
    public async Task Query_that_takes_too_long_has_no_vector_now_and_has_it_the_next_time()
    {
        var goOn = new TaskCompletionSource();
        var model = new FakeModel { OnBatch = _ => goOn.Task };
        await using var node = new EmbeddingNode(_store, model);

        (await node.Scheduler.EmbedQueryAsync("what?", TimeSpan.FromMilliseconds(1), default)).ShouldBeNull();
        goOn.SetResult();
        (await node.Scheduler.EmbedQueryAsync("what?", LongEnough, default)).ShouldNotBeNull();

        model.Embedded.ShouldBe(["what?"]);
    }

    [Fact]
    public async Task Vectors_of_queries_that_are_asked_again_outlive_the_others()
    {
        var model = new FakeModel();
        await using var node = new EmbeddingNode(_store, model, Brisk with { QueryCacheEntries = 10 });
        for (var i = 0; i < 100; i++)
        {
            await node.Scheduler.EmbedQueryAsync("often", LongEnough, default);
            await node.Scheduler.EmbedQueryAsync($"once {i}", LongEnough, default);
        }

        model.Embedded.Count(text => text == "often").ShouldBe(1);
        await node.Scheduler.EmbedQueryAsync("once 3", LongEnough, default);
        model.Embedded.Count(text => text == "once 3").ShouldBe(2);
    }

    [Fact]
    public void Generator_that_does_not_say_its_model_is_refused() =>
        Should.Throw<ArgumentException>(() => EmbeddingModel.Of(new FakeModel("")));
}
