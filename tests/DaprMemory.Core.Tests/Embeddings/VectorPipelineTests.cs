using DaprMemory.Conformance;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using static DaprMemory.Core.Tests.Embeddings.EmbeddingNode;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>Vectors behind the writes: every memory gets its own, and none is computed that somebody has saved.</summary>
public sealed class VectorPipelineTests
{
    readonly InMemoryCommitStore _store = new();

    [Fact]
    public async Task Memories_get_their_vectors_and_a_clean_restart_embeds_none_again()
    {
        var memories = Texts(2500);
        float[] before;
        await using (var node = new EmbeddingNode(_store))
        {
            await node.EmbedAsync(memories);
            node.Model.Embedded.Count.ShouldBe(2500);
            before = node.Delivered[memories[7]];
        }

        await using var again = new EmbeddingNode(_store);
        await again.LoadAsync(memories);

        again.Pipeline.Backlog.ShouldBe(0);
        again.ShouldHave(memories);
        again.Delivered[memories[7]].ShouldBe(before);
        again.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Memories_written_later_get_their_vectors_and_those_that_share_a_text_share_one()
    {
        await using var node = new EmbeddingNode(_store);
        await node.LoadAsync(("a", "same"), ("b", "same"), ("c", "other"));
        for (var i = 0; i < 50; i++)
            node.Pipeline.Enqueue($"d{i}", i % 2 == 0 ? "same" : "third");
        await node.IdleAsync();

        node.ShouldHave([("a", "same"), ("b", "same"), ("c", "other"), ("d48", "same"), ("d49", "third")]);
        node.Model.Embedded.Order().ShouldBe(["other", "same", "third"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_that_comes_back_while_it_is_being_brought_is_not_embedded_again(bool isSaved)
    {
        var memories = Texts(3);
        await using (var first = new EmbeddingNode(_store))
            await first.EmbedAsync(memories);
        var model = new FakeModel();
        await using var node = new EmbeddingNode(isSaved ? _store : new InMemoryCommitStore(), model);
        await node.EmbedAsync(isSaved ? [] : memories);
        var embedded = model.Embedded.Count;
        // In the midst of it comes another with the same text, and so on.
        node.OnDelivered = id =>
        {
            if (id.Length < 20)
                node.Pipeline.Enqueue(id + "+", memories[1].Text);
        };

        node.Pipeline.Enqueue("again", memories[1].Text);
        await WaitForAsync(() => node.Delivered.Keys.Any(memory => memory.Id.Length == 20));
        await node.IdleAsync();
        model.Embedded.Count.ShouldBe(embedded);
    }

    [Fact]
    public async Task Text_that_comes_back_is_not_embedded_again_whether_saved_or_not()
    {
        var memories = Texts(20);
        await using (var first = new EmbeddingNode(_store))
        {
            await first.EmbedAsync(memories);
            first.Delivered.Clear();
            first.Pipeline.Enqueue("again", memories[3].Text);
            await first.IdleAsync();
            first.ShouldHave([("again", memories[3].Text)]);
            first.Model.Embedded.Count.ShouldBe(20);
        }

        await using var second = new EmbeddingNode(_store);
        await second.LoadAsync();
        second.Pipeline.Enqueue("again", memories[3].Text);
        await second.IdleAsync();
        second.ShouldHave([("again", memories[3].Text)]);
        second.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Vectors_are_saved_when_no_more_come_so_that_a_crash_loses_none()
    {
        var memories = Texts(5);
        var node = new EmbeddingNode(_store, options: Brisk with { SaveAfter = TimeSpan.FromMilliseconds(20) });
        await node.EmbedAsync(memories);
        for (var patience = 0; await _store.GetAsync(Segment(0), default) is null; patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }
        await node.CrashAsync();

        await using var again = new EmbeddingNode(_store);
        await again.LoadAsync(memories);
        again.ShouldHave(memories);
        again.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Crash_before_saving_costs_embedding_again_and_nothing_else()
    {
        var memories = Texts(30);
        var node = new EmbeddingNode(_store);
        await node.EmbedAsync(memories);
        await node.CrashAsync();
        (await _store.GetAsync(Segment(0), default)).ShouldBeNull();

        await using var again = new EmbeddingNode(_store);
        await again.EmbedAsync(memories);
        again.Model.Embedded.Count.ShouldBe(30);
    }

    [Theory]
    [InlineData(WriteFault.FailBeforeApply)]
    [InlineData(WriteFault.FailAfterApply)]
    [InlineData(WriteFault.LandLater)]
    public async Task Save_whose_answer_is_lost_is_found_or_made_again(WriteFault fault)
    {
        var memories = Texts(40);
        var faults = 2;
        _store.OnWrite = _ => Interlocked.Decrement(ref faults) >= 0 ? fault : WriteFault.None;
        await using (var node = new EmbeddingNode(_store))
            await node.EmbedAsync(memories);
        _store.LandDelayedWrites();

        await using var again = new EmbeddingNode(_store);
        await again.LoadAsync(memories);
        again.ShouldHave(memories);
        again.Model.Embedded.ShouldBeEmpty();
        (await _store.GetAsync(Segment(1), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_asked_until_it_does_before_anything_is_embedded()
    {
        var memories = Texts(30);
        await using (var node = new EmbeddingNode(_store))
            await node.EmbedAsync(memories);
        _store.IsUnavailable = _ => true;
        await using var again = new EmbeddingNode(_store);
        var loading = again.LoadAsync(memories);
        again.Pipeline.Enqueue("later", "one more");
        again.Pipeline.Backlog.ShouldBe(31);

        _store.IsUnavailable = null;
        await loading;
        await again.IdleAsync();

        again.ShouldHave([.. memories, ("later", "one more")]);
        again.Model.Embedded.ShouldBe(["one more"]);
    }

    [Fact]
    public async Task Bulk_reads_that_leave_out_what_is_there_are_not_believed()
    {
        var memories = Texts(5000);
        await using (var node = new EmbeddingNode(_store))
            await node.EmbedAsync(memories);
        var random = new Random(1);
        _store.IsDroppedFromGetMany = _ => random.Next(2) == 0;

        await using var again = new EmbeddingNode(_store);
        await again.LoadAsync(memories);
        again.ShouldHave(memories);
        again.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nodes_that_append_at_once_lose_none_and_leave_no_gap()
    {
        const int nodes = 4;
        var all = Enumerable.Range(0, nodes).Select(n => Texts(1200, $"n{n}-")).ToArray();
        var shared = Texts(300);
        await Task.WhenAll(all.Select(async own =>
        {
            await using var node = new EmbeddingNode(_store);
            await node.EmbedAsync([.. own, .. shared]);
        }));

        await using var reader = new EmbeddingNode(_store);
        await reader.LoadAsync([.. all.SelectMany(own => own), .. shared]);
        reader.ShouldHave([.. all.SelectMany(own => own), .. shared]);
        reader.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Segment_of_another_node_brings_what_this_one_still_waits_for()
    {
        var memories = Texts(20);
        var isSaved = new TaskCompletionSource();
        var model = new FakeModel { OnBatch = texts => texts.Contains("text of m0") ? isSaved.Task : Task.Delay(Timeout.Infinite) };
        var slow = new EmbeddingNode(_store, model, Brisk with { SaveAfter = TimeSpan.FromMilliseconds(20), BatchSize = 1, Concurrency = 1 });
        await slow.LoadAsync(memories);
        await using (var other = new EmbeddingNode(_store))
            await other.EmbedAsync(memories);
        slow.Pipeline.Backlog.ShouldBe(20);

        // It saves the one vector that it gets, and finds the other's segment in its place.
        isSaved.SetResult();
        await slow.IdleAsync();

        slow.ShouldHave(memories);
        model.Embedded.ShouldBe(["text of m0"]);
        await slow.CrashAsync();
    }

    [Fact]
    public async Task Segments_that_are_torn_or_of_another_kind_are_passed_over_and_their_texts_embedded_again()
    {
        var memories = Texts(3000);
        await using (var node = new EmbeddingNode(_store))
            await node.EmbedAsync(memories);
        var text = (await _store.GetAsync(Segment(0), default)).ShouldNotBeNull();
        var torn = text.Value.ToArray();
        torn[torn.Length / 2] ^= 1;
        (await _store.TryUpdateAsync(Segment(0), torn, text.ETag, default)).ShouldBeTrue();
        var other = (await _store.GetAsync(Segment(1), default)).ShouldNotBeNull();
        (await _store.TryUpdateAsync(Segment(1), "{\"v\":9}"u8.ToArray(), other.ETag, default)).ShouldBeTrue();

        await using (var again = new EmbeddingNode(_store))
        {
            await again.EmbedAsync(memories);
            again.Model.Embedded.Count.ShouldBe(2000);
        }

        await using var third = new EmbeddingNode(_store);
        await third.LoadAsync(memories);
        third.ShouldHave(memories);
        third.Model.Embedded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_model_embeds_anew_and_the_first_finds_its_own_again()
    {
        var memories = Texts(30);
        foreach (var (model, expected) in new (FakeModel, int)[] { (new("first"), 30), (new("second"), 30), (new("first", 32), 30), (new("first"), 0), (new("second"), 0) })
        {
            await using var node = new EmbeddingNode(_store, model);
            await node.EmbedAsync(memories);
            model.Embedded.Count.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Draining_does_not_wait_for_what_nobody_has_begun()
    {
        var began = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var node = new EmbeddingNode(_store, new FakeModel { OnBatch = _ => { began.TrySetResult(); return goOn.Task; } }, Brisk with { Concurrency = 1 });
        await node.LoadAsync(Texts(1000));
        await began.Task;
        var draining = node.Pipeline.DrainAsync(default);
        for (var turn = 0; turn < 1000; turn++)
            await Task.Yield();
        draining.IsCompleted.ShouldBeFalse("a batch is under way");
        goOn.SetResult();
        await draining;
        node.Pipeline.Backlog.ShouldBe(0);
        await node.Scheduler.DisposeAsync();

        await using var again = new EmbeddingNode(_store);
        await again.EmbedAsync(Texts(1000));
        // What was under way was saved.
        again.Model.Embedded.Count.ShouldBe(1000 - Brisk.BatchSize);
    }

    [Fact]
    public async Task Draining_gives_up_when_its_time_is_over()
    {
        var node = new EmbeddingNode(_store, new FakeModel { OnBatch = _ => Task.Delay(Timeout.Infinite) });
        await node.LoadAsync(Texts(10));
        using var patience = new CancellationTokenSource(50);

        await node.Pipeline.DrainAsync(patience.Token);
        await node.Scheduler.DisposeAsync();
    }

    [Fact]
    public async Task Pipeline_that_was_drained_before_it_was_loaded_says_so()
    {
        var node = new EmbeddingNode(_store);
        await node.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => node.LoadAsync(Texts(1)));
    }

    [Fact]
    public async Task Nothing_is_lost_whatever_fails_and_whoever_writes()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            bool Draw(double share)
            {
                lock (random)
                    return random.NextDouble() < share;
            }
            var store = new InMemoryCommitStore
            {
                OnWrite = _ => Draw(0.4) ? (WriteFault)(1 + (Draw(0.5) ? 0 : Draw(0.5) ? 1 : 2)) : WriteFault.None,
                IsUnavailable = _ => Draw(0.2),
                IsDroppedFromGetMany = _ => Draw(0.2),
            };
            var memories = Texts(600);
            var options = Brisk with { SaveAfter = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(4), Concurrency = 3 };
            for (var run = 0; run < 3; run++)
            {
                var nodes = Enumerable.Range(0, 2).Select(_ => new EmbeddingNode(store, new FakeModel
                {
                    OnBatch = _ => Draw(0.3) ? Task.FromException(new HttpRequestException("down")) : Task.CompletedTask,
                }, options)).ToList();
                await Task.WhenAll(nodes.SelectMany(node => new[]
                {
                    Task.Run(() => node.LoadAsync(memories[..300])),
                    Task.Run(() => { foreach (var (id, text) in memories[200..]) node.Pipeline.Enqueue(id, text); }),
                }));
                store.LandDelayedWrites();
                foreach (var node in nodes)
                {
                    await node.IdleAsync();
                    node.ShouldHave(memories);
                }
                if (run == 1)
                    await Task.WhenAll(nodes.Select(node => node.CrashAsync()));
                else
                    await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
                store.LandDelayedWrites();
            }
            (store.OnWrite, store.IsUnavailable, store.IsDroppedFromGetMany) = (null, null, null);

            await using (var calm = new EmbeddingNode(store))
                await calm.EmbedAsync(memories);
            await using var last = new EmbeddingNode(store);
            await last.LoadAsync(memories);
            last.ShouldHave(memories);
            last.Model.Embedded.ShouldBeEmpty();
        }
    }

    static string Segment(int number) => StoreKeys.Vectors(Id, new EmbeddingModel("fake", 16).StoreName, number);
}
