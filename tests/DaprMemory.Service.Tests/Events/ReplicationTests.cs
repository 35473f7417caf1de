using DaprMemory.LocalSidecar.Faults;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Events;

public sealed class ReplicationTests
{
    const string Eventual = "Memory-Consistency: eventual";

    // Long: what is seen before was brought by an event.
    static readonly (string, string) NoPolling = ("Spaces:MaxStaleness", "01:00:00");

    [Fact]
    public async Task A_commit_reaches_the_open_spaces_of_other_shards_by_its_event()
    {
        await using var cluster = await SidecarCluster.StartAsync(3, NoPolling);
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "1");
        foreach (var node in cluster.Nodes)
            (await node.SendAsync("GET", "state/k")).Text.ShouldBe("1");
        await cluster.Nodes[1].SendAsync("PUT", "state/k", "2");
        foreach (var node in cluster.Nodes)
            await UntilAsync(async () => (await node.SendAsync("GET", "state/k", null, Eventual)).Text == "2");
        var metrics = (await cluster.Nodes[0].SendAsync("GET", "/metrics")).Text;
        foreach (var name in new[] { "event_lag_seconds_count", "event_delivery_seconds_count", "events_applied", "event_duplicates", "publish_backlog", "gap_fetches", "cache_hits" })
            metrics.ShouldContain("memory_node_" + name);
        metrics.Split('\n').Count(line => line.StartsWith("# TYPE memory_node_event_lag_seconds ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Lost_doubled_and_reordered_events_cost_time_and_nothing_else()
    {
        await using var cluster = await SidecarCluster.StartAsync(2, ("Spaces:MaxStaleness", "00:00:00.200"));
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "0");
        await cluster.Nodes[1].SendAsync("GET", "state/k");
        cluster.Sidecars.Faults(SidecarCluster.AppOf(1)).Set(
            new FaultRule(FaultEffect.Lose) { Probability = .3 },
            new FaultRule(FaultEffect.Duplicate) { Probability = .5 },
            new FaultRule(FaultEffect.Reorder) { Probability = .5, DelayMilliseconds = 20 });
        using var watcher = await Watcher.StartAsync(cluster.Nodes[1], "watch?after=1");
        for (var i = 1; i <= 50; i++)
            (await cluster.Nodes[0].SendAsync("PUT", "state/k", $"{i}")).Status.ShouldBe(200);
        (await watcher.NextIdsAsync(50)).ShouldBe(string.Join(' ', Enumerable.Range(2, 50)));
        (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text.ShouldBe("50");
    }

    [Fact]
    public async Task A_failure_to_publish_fails_no_write_and_is_caught_up()
    {
        await using var cluster = await SidecarCluster.StartAsync(2, NoPolling);
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "1");
        await cluster.Nodes[1].SendAsync("GET", "state/k");
        cluster.Sidecars.Faults(SidecarCluster.AppOf(0)).Set(new FaultRule(FaultEffect.FailBefore) { Targets = [FaultTarget.Publish] });
        (await cluster.Nodes[0].SendAsync("PUT", "state/k", "2")).Status.ShouldBe(200);
        (await cluster.Nodes[0].SendAsync("PUT", "state/k", "3")).Status.ShouldBe(200);
        (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text.ShouldBe("1");
        cluster.Sidecars.Faults(SidecarCluster.AppOf(0)).Set();
        await UntilAsync(async () => (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text == "3");
    }

    [Fact]
    public async Task A_shard_that_was_away_is_as_new_as_the_others_when_it_is_back()
    {
        await using var cluster = await SidecarCluster.StartAsync(2, NoPolling);
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "1");
        await cluster.Nodes[1].SendAsync("GET", "state/k");
        await cluster.Nodes[1].StopAsync();
        await cluster.Nodes[1].DisposeAsync();
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "2");
        await cluster.StartNodeAsync(1, NoPolling);
        (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text.ShouldBe("2");
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "3");
        await UntilAsync(async () => (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text == "3");
    }

    [Fact]
    public async Task A_commit_too_large_to_travel_is_read_from_the_log()
    {
        await using var cluster = await SidecarCluster.StartAsync(2, NoPolling);
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "1");
        await cluster.Nodes[1].SendAsync("GET", "state/k");
        var large = '"' + new string('x', 300 * 1024) + '"';
        await cluster.Nodes[0].SendAsync("PUT", "state/k", large);
        await UntilAsync(async () => (await cluster.Nodes[1].SendAsync("GET", "state/k", null, Eventual)).Text == large);
    }

    [Fact]
    public async Task An_event_that_does_not_verify_changes_nothing_and_is_not_asked_for_again()
    {
        await using var cluster = await TestCluster.StartAsync(1, events: true);
        var node = cluster.Nodes[0];
        await node.SendAsync("PUT", "state/k", "1");
        var text = (await node.SendAsync("GET", "commits/1")).Text.Replace("\"n\":1,", "\"n\":2,", StringComparison.Ordinal);
        await cluster.Bus.TryPublishAsync(new("acme", "agent-1"), 2, System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
        (await node.SendAsync("PUT", "state/k", "2")).Json.GetProperty("version").GetInt64().ShouldBe(2);
        (await node.SendAsync("GET", "state/k", null, "Memory-Consistency: strong")).Text.ShouldBe("2");
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(20); !await condition();)
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
    }
}
