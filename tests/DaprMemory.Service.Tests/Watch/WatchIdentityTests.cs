using DaprMemory.Hosting.Tests.Identity;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Watch;

public sealed class WatchIdentityTests : IDisposable
{
    readonly TestIssuer _issuer = new();
    readonly ManualTime _time = new();

    public void Dispose() => _issuer.Dispose();

    [Fact]
    public async Task Watch_ends_when_the_token_that_opened_it_expires()
    {
        await using var cluster = await TestCluster.StartAsync(1, time: _time, settings: [.. _issuer.Settings.Select(setting => (setting.Key, setting.Value!))]);
        var authorization = "Authorization: Bearer " + _issuer.Sign(TestIssuer.Claims(now: _time.GetUtcNow()));
        using var watcher = await Watcher.StartAsync(cluster.Nodes[0], "watch", authorization);

        (await cluster.Nodes[0].SendAsync("PUT", "state/k", "1", authorization)).Status.ShouldBe(201);
        (await watcher.NextIdsAsync(1)).ShouldBe("1");

        _time.Advance(TimeSpan.FromMinutes(61));
        (await watcher.NextAsync()).ShouldBeNull();
    }
}
