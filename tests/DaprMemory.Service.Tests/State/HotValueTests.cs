using DaprMemory.LocalSidecar.Faults;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.State;

public sealed class HotValueTests : IAsyncLifetime
{
    SidecarCluster _cluster = null!;

    TestService One => _cluster.Nodes[0];

    TestService Two => _cluster.Nodes[1];

    public async Task InitializeAsync()
    {
        // No value stays in a node's own memory.
        _cluster = await SidecarCluster.StartAsync(2, ("Spaces:ValueCacheBytes", "0"));
        (await One.SendAsync("PUT", "state/k", "{\"n\" : 9007199254740993}")).Status.ShouldBe(201);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_one_shard_has_read_from_the_log_another_finds_in_the_hot_store()
    {
        (await One.SendAsync("GET", "state/k")).Headers["Memory-Source"].ShouldBe("store");
        await UntilSourceAsync(Two, "hot");
        var read = await Two.SendAsync("GET", "state/k");
        read.Text.ShouldBe("{\"n\" : 9007199254740993}");
        (await Two.SendAsync("POST", "state/read", """{"keys":["k","nothing"]}""")).Headers["Memory-Source"].ShouldBe("hot");
    }

    [Fact]
    public async Task A_value_of_an_older_version_is_not_served()
    {
        await UntilSourceAsync(Two, "hot");
        await One.SendAsync("PUT", "state/k", "2");
        var read = await Two.SendAsync("GET", "state/k", null, "Memory-Consistency: strong");
        (read.Text, read.Headers["Memory-Source"]).ShouldBe(("2", "store"));
    }

    [Theory]
    [InlineData(FaultEffect.FailBefore)]
    [InlineData(FaultEffect.DropBefore)]
    [InlineData(FaultEffect.Delay)]
    public async Task While_the_hot_store_is_down_reads_and_writes_go_on(FaultEffect effect)
    {
        await UntilSourceAsync(Two, "hot");
        _cluster.Sidecars.Faults(SidecarCluster.AppOf(1)).Set(new FaultRule(effect) { KeyContains = ":v:", DelayMilliseconds = 60_000 });
        for (var i = 0; i < 20; i++)
        {
            var read = await Two.SendAsync("GET", "state/k");
            (read.Status, read.Headers["Memory-Source"]).ShouldBe((200, "store"));
        }
        (await Two.SendAsync("PUT", "state/k", "2")).Status.ShouldBe(200);
        _cluster.Sidecars.Faults(SidecarCluster.AppOf(1)).Set();
        await UntilSourceAsync(Two, "hot");
    }

    static async Task UntilSourceAsync(TestService node, string source)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(20); (await node.SendAsync("GET", "state/k")).Headers["Memory-Source"] != source;)
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
    }
}
