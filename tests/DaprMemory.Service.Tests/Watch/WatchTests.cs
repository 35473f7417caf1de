using System.Net.Sockets;
using System.Text;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Watch;

public sealed class WatchTests : IAsyncLifetime
{
    TestCluster _cluster = null!;

    TestService One => _cluster.Nodes[0];

    TestService Two => _cluster.Nodes[1];

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        2, events: true, settings: [("Watch:Heartbeat", "00:00:00.050"), ("Watch:Poll", "00:00:00.020"), ("Spaces:MaxStaleness", "00:00:00.100")]);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_watcher_hears_of_commits_on_any_shard_as_they_stand_in_the_log()
    {
        using var watcher = await Watcher.StartAsync(Two);
        await One.SendAsync("PUT", "state/k", "{\"n\" : 1.0}");
        var (id, name, data) = (await watcher.NextAsync())!.Value;
        (id, name).ShouldBe(("1", "commit"));
        data.ShouldBe((await One.SendAsync("GET", "commits/1")).Text);
        await Two.SendAsync("PUT", "state/k", "2");
        (await watcher.NextIdsAsync(1)).ShouldBe("2");
    }

    [Fact]
    public async Task The_headers_come_at_once_and_forbid_buffers_and_caches()
    {
        await One.SendAsync("PUT", "state/k", "1");
        using var watcher = await Watcher.StartAsync(One);
        watcher.ContentHeaders.ContentType!.ToString().ShouldBe("text/event-stream");
        watcher.Headers.CacheControl!.NoStore.ShouldBeTrue();
        watcher.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        watcher.Headers.GetValues("Memory-Version").ShouldBe(["1"]);
        watcher.Headers.Contains("Memory-Token").ShouldBeTrue();
    }

    [Theory]
    [InlineData("watch?after=0", null, "1 2 3 4 5")]
    [InlineData("watch?after=3", null, "4 5")]
    [InlineData("watch?after=0", "Last-Event-ID: 4", "5")]
    [InlineData("watch", "Last-Event-ID: 0", "1 2 3 4 5")]
    public async Task A_watch_begins_behind_any_version(string path, string? header, string ids)
    {
        for (var i = 0; i < 5; i++)
            await One.SendAsync("PUT", "state/k", $"{i}");
        using var watcher = await Watcher.StartAsync(Two, path, header is null ? [] : [header]);
        (await watcher.NextIdsAsync(ids.Split(' ').Length)).ShouldBe(ids);
    }

    [Fact]
    public async Task Without_a_version_a_watch_begins_with_what_comes_even_on_a_shard_that_is_behind()
    {
        await One.SendAsync("PUT", "state/k", "1");
        await Two.SendAsync("GET", "state/k");
        _cluster.Bus.Delivers = (_, _) => false;
        await One.SendAsync("PUT", "state/k", "2");
        using var watcher = await Watcher.StartAsync(Two);
        await One.SendAsync("PUT", "state/k", "3");
        (await watcher.NextIdsAsync(1)).ShouldBe("3");
    }

    [Fact]
    public async Task A_long_log_comes_whole_and_in_order()
    {
        for (var i = 0; i < 70; i++)
            await One.SendAsync("PUT", "state/k", $"{i}");
        using var watcher = await Watcher.StartAsync(Two, "watch?after=0");
        (await watcher.NextIdsAsync(70)).ShouldBe(string.Join(' ', Enumerable.Range(1, 70)));
    }

    [Fact]
    public async Task Only_commits_that_change_a_key_with_the_prefix_come_and_the_place_moves_on_all_the_same()
    {
        using var watcher = await Watcher.StartAsync(One, "watch?prefix=a/");
        await One.SendAsync("PUT", "state/b", "{\"key\":\"a/1\"}");
        await One.SendAsync("POST", "transactions", """{"changes":[{"op":"put","key":"b","value":1},{"op":"put","key":"a/1","value":1}]}""");
        await One.SendAsync("PUT", "state/a", "1");
        await One.SendAsync("DELETE", "state/a/1");
        await One.SendAsync("PUT", "state/ab", "1");
        (await watcher.NextIdsAsync(2)).ShouldBe("2 4");
        while (watcher.LastEventId != "5")
            (await watcher.NextBlockAsync())!.Value.Data.ShouldBeNull();
    }

    [Fact]
    public async Task White_space_in_values_survives_and_only_carriage_returns_become_spaces()
    {
        using var watcher = await Watcher.StartAsync(One);
        await One.SendAsync("PUT", "state/k", "{\n  \"a\":\r\n [1,\r2],\n\n \"data: \":\t\"\\r\\n\"\n}\n");
        (await watcher.NextAsync())!.Value.Data.ShouldBe((await One.SendAsync("GET", "commits/1")).Text.Replace('\r', ' '));
    }

    [Fact]
    public async Task Commits_whose_events_were_lost_come_all_the_same()
    {
        using var watcher = await Watcher.StartAsync(Two);
        _cluster.Bus.Delivers = (_, _) => false;
        await One.SendAsync("PUT", "state/k", "1");
        await One.SendAsync("PUT", "state/k", "2");
        (await watcher.NextIdsAsync(2)).ShouldBe("1 2");
    }

    [Fact]
    public async Task A_watch_outlasts_a_store_that_is_down()
    {
        await One.SendAsync("PUT", "state/k", "1");
        using var watcher = await Watcher.StartAsync(Two);
        _cluster.Bus.Delivers = (_, _) => false;
        await One.SendAsync("PUT", "state/k", "2");
        _cluster.TakeStoreDown();
        await watcher.NextBlockAsync();
        await watcher.NextBlockAsync();
        _cluster.BringStoreBack();
        (await watcher.NextIdsAsync(1)).ShouldBe("2");
    }

    [Fact]
    public async Task Signs_of_life_come_while_nothing_happens_with_the_place_to_go_on_from()
    {
        await One.SendAsync("PUT", "state/k", "1");
        using var watcher = await Watcher.StartAsync(One);
        for (var i = 0; i < 3; i++)
        {
            (await watcher.NextBlockAsync())!.Value.Data.ShouldBeNull();
            watcher.LastEventId.ShouldBe("1");
        }
    }

    [Fact]
    public async Task Many_watchers_all_hear_everything_once()
    {
        var watchers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Watcher.StartAsync(_cluster.Nodes[i % 2])));
        for (var i = 0; i < 20; i++)
            await _cluster.Nodes[i % 2].SendAsync("PUT", "state/k", $"{i}", "Memory-Consistency: strong");
        var heard = await Task.WhenAll(watchers.Select(watcher => watcher.NextIdsAsync(20)));
        heard.ShouldAllBe(ids => ids == string.Join(' ', Enumerable.Range(1, 20)));
        foreach (var watcher in watchers)
            watcher.Dispose();
    }

    [Fact]
    public async Task A_slow_reader_holds_up_nobody_and_gets_everything_in_the_end()
    {
        // Much more than all buffers between here and there take.
        var value = '"' + new string('x', 1_000_000) + '"';
        using var slow = new TcpClient { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync("127.0.0.1", One.Client.BaseAddress!.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /v1/acme/agent-1/watch?after=0 HTTP/1.1\r\nHost: x\r\n\r\n"));
        for (var i = 0; i < 30; i++)
            (await One.SendAsync("PUT", "state/k", value)).Status.ShouldBeInRange(200, 201);
        using var quick = await Watcher.StartAsync(One, "watch?after=29");
        (await quick.NextIdsAsync(1)).ShouldBe("30");

        using var reader = new StreamReader(slow.GetStream(), Encoding.ASCII, false, 1 << 16);
        for (var next = 1; next <= 30;)
        {
            var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
            if (line!.StartsWith("data: ", StringComparison.Ordinal))
                line.ShouldStartWith($"data: {{\"v\":1,\"n\":{next++},");
        }
    }

    [Fact]
    public async Task Watches_end_as_they_should_when_the_service_stops_and_can_be_resumed_elsewhere()
    {
        using var watcher = await Watcher.StartAsync(One);
        await One.SendAsync("PUT", "state/k", "1");
        (await watcher.NextIdsAsync(1)).ShouldBe("1");
        await One.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        (await watcher.NextAsync()).ShouldBeNull();

        await Two.SendAsync("PUT", "state/k", "2", "Memory-Consistency: strong");
        using var resumed = await Watcher.StartAsync(Two, "watch", "Last-Event-ID: " + watcher.LastEventId);
        (await resumed.NextIdsAsync(1)).ShouldBe("2");
    }

    [Fact]
    public async Task A_client_that_leaves_is_forgotten()
    {
        using (await Watcher.StartAsync(One))
            (await MetricAsync("memory_node_watchers")).ShouldBeGreaterThan(0);
        for (var until = DateTimeOffset.UtcNow.AddSeconds(20); await MetricAsync("memory_node_watchers") > 0;)
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
    }

    [Theory]
    [InlineData("watch?after=-1", null, "invalid-query")]
    [InlineData("watch?after=x", null, "invalid-query")]
    [InlineData("watch?after=2", null, "invalid-query")]
    [InlineData("watch?prefix=a//", null, "invalid-query")]
    [InlineData("watch?after=0", "Last-Event-ID: x", "invalid-header")]
    [InlineData("watch?after=0", "Last-Event-ID: 2", "invalid-query")]
    [InlineData("watch", "Memory-Token: x", "invalid-token")]
    [InlineData("watch", "Memory-Consistency: x", "invalid-header")]
    public async Task Arguments_that_break_a_rule_are_refused(string path, string? header, string type)
    {
        await One.SendAsync("PUT", "state/k", "1");
        (await Two.SendAsync("GET", path, null, header is null ? [] : [header])).ShouldBeProblem(422, type);
    }

    async Task<double> MetricAsync(string name) =>
        double.Parse((await One.SendAsync("GET", "/metrics")).Text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1]);
}
