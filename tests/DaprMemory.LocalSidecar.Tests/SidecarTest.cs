namespace DaprMemory.LocalSidecar.Tests;

/// <summary>Tests of one sidecar with stores <c>strong</c>, <c>sqlite</c> and <c>redis</c>, a clock that stands still, and faults to be had.</summary>
public abstract class SidecarTest : IAsyncLifetime, IDisposable
{
    private protected TestFolder Folder { get; } = new TestFolder().Add("redis", "state.redis", "v1").Add("sqlite", "state.sqlite", "v1");

    private protected ManualTime Time { get; } = new();

    private protected SidecarHost Host { get; private set; } = null!;

    private protected DaprClient Dapr { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await SidecarHost.StartAsync(Folder.Options() with { EnableFaults = true, Time = Time });
        Dapr = new DaprClient(Host.AddressOf("app-a"));
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public void Dispose()
    {
        Dapr?.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
