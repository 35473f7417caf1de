using System.Net;

namespace DaprMemory.LocalSidecar.Tests.Actors;

/// <summary>Tests with an actor state store, and apps with sidecars.</summary>
public abstract class ActorTest : IAsyncLifetime
{
    readonly Stack<IAsyncDisposable> _parts = new();

    private protected TestFolder Folder { get; } = new TestFolder().Add("actors", "state.sqlite", "v1", ("actorStateStore", "true"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        Folder.Dispose();
    }

    private protected async Task<ActorApp> AppAsync(string? config = """{"entities":["Counter"]}""")
    {
        var app = await ActorApp.StartAsync(config);
        _parts.Push(app);
        return app;
    }

    /// <summary>Starts sidecars for apps named <c>app-0</c>, <c>app-1</c> … and waits until they were asked for their actors.</summary>
    private protected async Task<SidecarHost> HostAsync(LocalSidecarOptions options, params ActorApp[] apps)
    {
        var host = await SidecarHost.StartAsync(options with { Apps = [.. apps.Select((app, i) => new SidecarApp($"app-{i}", 0, app.Address))] });
        _parts.Push(host);
        for (var i = 0; i < apps.Length; i++)
            await ReadyAsync(host, $"app-{i}");
        return host;
    }

    private protected Task<SidecarHost> HostAsync(params ActorApp[] apps) => HostAsync(Folder.Options(), apps);

    private protected static DaprClient Client(SidecarHost host, string app = "app-0") => new(host.AddressOf(app));

    private protected static async Task ReadyAsync(SidecarHost host, string app)
    {
        using var dapr = Client(host, app);
        while ((await dapr.GetAsync("/v1.0/healthz")).Status != HttpStatusCode.NoContent)
            await Task.Yield();
    }
}
