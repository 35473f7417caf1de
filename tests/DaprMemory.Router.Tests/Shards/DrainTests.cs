using System.Net;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Shards;

public sealed class DrainTests : IAsyncLifetime
{
    const int Enough = 10;

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);

    readonly ManualTime _time = new();
    TestShard[] _shards = null!;

    public async Task InitializeAsync() =>
        _shards = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => TestShard.StartAsync($"memory-{i}")));

    public async Task DisposeAsync()
    {
        foreach (var shard in _shards)
            await shard.DisposeAsync();
    }

    [Fact]
    public async Task Slow_shard_is_drained_and_probed_until_it_has_recovered()
    {
        await using var router = await StartAsync();
        _shards[0].Take(Slow, _time);
        await AskAllAsync(router, Enough);
        _time.Advance(Second);
        var page = await router.ShardPageAsync("memory-0");
        page.GetProperty("drained").GetBoolean().ShouldBeTrue();
        page.GetProperty("health").GetString().ShouldNotBe("unhealthy");
        page.GetProperty("p99Ms").GetDouble().ShouldBeInRange(200, 225);
        page.GetProperty("peersP99Ms").GetDouble().ShouldBeLessThan(50);
        (await ShardAsync(router, 0)).ShouldBe("memory-1");
        (await ShardAsync(router, 1)).ShouldBe("memory-1");

        // One request a second finds out that it is still slow.
        _time.Advance(Second);
        (await ShardAsync(router, 0)).ShouldBe("memory-0");
        (await ShardAsync(router, 0)).ShouldBe("memory-1");

        _shards[0].Take(TimeSpan.Zero, _time);
        for (var probe = 0; probe < 5; probe++)
        {
            _time.Advance(Second);
            (await IsDrainedAsync(router, 0)).ShouldBeTrue();
            (await ShardAsync(router, 0)).ShouldBe("memory-0");
            (await ShardAsync(router, 0)).ShouldBe("memory-1");
        }
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeFalse();
        await AskAllAsync(router, Enough);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeFalse();
    }

    [Fact]
    public async Task Slow_answers_from_before_the_drain_are_forgotten_with_it()
    {
        await using var router = await StartAsync(new() { ["Router:Drain:ProbeInterval"] = "00:00:00.100" });
        await DrainFirstAsync(router);
        for (var probe = 0; probe < 5; probe++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            (await ShardAsync(router, 0)).ShouldBe("memory-0");
        }
        for (var turn = 0; turn < 3; turn++)
        {
            _time.Advance(Second);
            (await IsDrainedAsync(router, 0)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Shard_that_is_only_a_little_quicker_than_too_slow_stays_drained()
    {
        await using var router = await StartAsync();
        await DrainFirstAsync(router);
        _shards[0].Take(TimeSpan.FromMilliseconds(30), _time);
        for (var probe = 0; probe < 8; probe++)
        {
            _time.Advance(Second);
            (await ShardAsync(router, 0)).ShouldBe("memory-0");
        }
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Answers_to_requests_from_before_the_drain_do_not_end_it()
    {
        await using var router = await StartAsync(new() { ["Router:Drain:Floor"] = "00:00:10" });
        var (isSlow, slow) = await HoldAsync(router, Enough);
        _time.Advance(TimeSpan.FromSeconds(20));
        var (isDrained, early) = await HoldAsync(router, 5);
        isSlow.SetResult();
        await Task.WhenAll(slow);
        await AskAsync(router, 1, Enough);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();

        isDrained.SetResult();
        await Task.WhenAll(early);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Shards_that_are_all_slow_are_not_drained()
    {
        await using var router = await StartAsync();
        foreach (var shard in _shards)
            shard.Take(TimeSpan.FromMilliseconds(60), _time);
        await AskAllAsync(router, Enough);
        _time.Advance(Second);
        for (var i = 0; i < 3; i++)
            (await IsDrainedAsync(router, i)).ShouldBeFalse();
    }

    [Fact]
    public async Task No_more_than_half_of_the_shards_are_drained_and_the_slowest_first()
    {
        await using var router = await StartAsync(new() { ["Router:Drain:Window"] = "00:01:00" });
        _shards[1].Take(TimeSpan.FromSeconds(2), _time);
        _shards[2].Take(TimeSpan.FromMilliseconds(100), _time);
        await AskAllAsync(router, Enough);
        _time.Advance(TimeSpan.FromSeconds(12));
        (await IsDrainedAsync(router, 1)).ShouldBeTrue();
        (await IsDrainedAsync(router, 2)).ShouldBeFalse();

        // With one shard down there are two left, and one of them may still be drained; with two down none may.
        await _shards[0].StopAsync();
        (await ShardAsync(router, 0)).ShouldBe("memory-2");
        _time.Advance(TimeSpan.FromSeconds(12));
        (await IsDrainedAsync(router, 1)).ShouldBeTrue();
        await _shards[2].StopAsync();
        (await ShardAsync(router, 2)).ShouldBe("memory-1");
        _time.Advance(TimeSpan.FromSeconds(4));
        (await ShardAsync(router, 2)).ShouldBe("memory-1");
        _time.Advance(TimeSpan.FromSeconds(12));
        (await IsDrainedAsync(router, 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Few_slow_answers_do_not_drain()
    {
        await using var router = await StartAsync();
        _shards[0].Take(Slow, _time);
        await AskAsync(router, 1, Enough);
        await AskAsync(router, 0, Enough - 1);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeFalse();
        await AskAsync(router, 0, 1);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Slow_answers_up_to_one_in_a_hundred_do_not_drain()
    {
        await using var router = await StartAsync(new() { ["Router:Drain:MinAnswers"] = "2" });
        await AskAsync(router, 1, 2);
        await AskAsync(router, 0, 250);
        _shards[0].Take(Slow, _time);
        await AskAsync(router, 0, 2);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeFalse();
        await AskAsync(router, 0, 1);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Failures_are_not_latencies()
    {
        await using var router = await StartAsync();
        _shards[0].Answer = context =>
        {
            _time.Advance(Slow);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        for (var i = 0; i < Enough; i++)
            await router.Client.GetAsync($"/v1/acme/{SpaceOf(0)}/state/k");
        await AskAsync(router, 1, Enough);
        _time.Advance(Second);
        var page = await router.ShardPageAsync("memory-0");
        page.GetProperty("drained").GetBoolean().ShouldBeFalse();
        page.TryGetProperty("p99Ms", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Drained_shard_is_asked_before_those_that_are_down()
    {
        await using var router = await StartAsync();
        await DrainFirstAsync(router);
        await _shards[1].StopAsync();
        (await ShardAsync(router, 0)).ShouldBe("memory-2");
        await _shards[2].StopAsync();
        (await ShardAsync(router, 0)).ShouldBe("memory-0");
        (await ShardAsync(router, 0)).ShouldBe("memory-0");
        foreach (var lost in new[] { "memory-1", "memory-2" })
            (await router.ShardPageAsync(lost)).GetProperty("failovers").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Shards_change_while_one_is_drained_and_no_request_fails()
    {
        await using var router = await StartAsync();
        await DrainFirstAsync(router);
        await using var fourth = await TestShard.StartAsync("memory-3");
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(client => Task.Run(() => AskUntilAsync(router, client, stop.Token))).ToArray();
        for (var round = 0; round < 5; round++)
        {
            router.Change(TestRouter.Direct([.. _shards, fourth]));
            await router.UntilAsync("memory-3", "passive", "unknown");
            (await IsDrainedAsync(router, 0)).ShouldBeTrue();
            router.Change(TestRouter.Direct(_shards));
            await router.UntilGoneAsync("memory-3");
        }
        // One that leaves and comes back is another one.
        router.Change(TestRouter.Direct(_shards[1], _shards[2]));
        await router.UntilGoneAsync("memory-0");
        router.Change(TestRouter.Direct(_shards));
        await router.UntilAsync("memory-0", "passive", "unknown");
        (await IsDrainedAsync(router, 0)).ShouldBeFalse();
        await stop.CancelAsync();
        (await Task.WhenAll(clients)).ShouldAllBe(asked => asked > 0);
    }

    Task<TestRouter> StartAsync(Dictionary<string, string?>? more = null)
    {
        var settings = TestRouter.Direct(_shards);
        foreach (var (key, value) in more ?? [])
            settings[key] = value;
        return TestRouter.StartAsync(settings, _time);
    }

    /// <summary>Sends the first shard requests that it answers when told.</summary>
    async Task<(TaskCompletionSource Answer, Task<string>[] Asking)> HoldAsync(TestRouter router, int times)
    {
        var answer = new TaskCompletionSource();
        var (allSeen, seen) = (new TaskCompletionSource(), 0);
        _shards[0].Answer = async context =>
        {
            if (Interlocked.Increment(ref seen) == times)
                allSeen.SetResult();
            await answer.Task;
            await context.Response.WriteAsync("memory-0");
        };
        var asking = Enumerable.Range(0, times).Select(_ => ShardAsync(router, 0)).ToArray();
        await allSeen.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return (answer, asking);
    }

    async Task DrainFirstAsync(TestRouter router)
    {
        _shards[0].Take(Slow, _time);
        await AskAllAsync(router, Enough);
        _time.Advance(Second);
        (await IsDrainedAsync(router, 0)).ShouldBeTrue();
        _shards[0].Take(TimeSpan.Zero, _time);
    }

    async Task AskAllAsync(TestRouter router, int times)
    {
        for (var i = 0; i < _shards.Length; i++)
            await AskAsync(router, i, times);
    }

    async Task AskAsync(TestRouter router, int shard, int times)
    {
        for (var i = 0; i < times; i++)
            (await ShardAsync(router, shard)).ShouldBe(_shards[shard].Id);
    }

    static async Task<int> AskUntilAsync(TestRouter router, int client, CancellationToken stop)
    {
        var asked = 0;
        for (; !stop.IsCancellationRequested; asked++)
        {
            using var response = await router.Client.GetAsync($"/v1/acme/s{client}-{asked}/state/k", CancellationToken.None);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        return asked;
    }

    // The next shard on the ring is the next in number.
    string SpaceOf(int shard) =>
        TestRouter.SpaceOn(_shards[shard].Id, _shards[(shard + 1) % 3].Id, _shards[(shard + 2) % 3].Id);

    Task<string> ShardAsync(TestRouter router, int shard) => router.Client.GetStringAsync($"/v1/acme/{SpaceOf(shard)}/state/k");

    static async Task<bool> IsDrainedAsync(TestRouter router, int shard) =>
        (await router.ShardPageAsync($"memory-{shard}")).GetProperty("drained").GetBoolean();
}
