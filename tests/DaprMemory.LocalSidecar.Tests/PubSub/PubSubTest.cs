using System.Net;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

/// <summary>Tests with a pub/sub component <c>events</c> that redelivers at once, and apps with sidecars.</summary>
public abstract class PubSubTest : IAsyncLifetime
{
    readonly Stack<IAsyncDisposable> _parts = new();

    private protected TestFolder Folder { get; } = new TestFolder().Add("events", "pubsub.pulsar", "v1", ("redeliveryDelay", "10ms"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        Folder.Dispose();
    }

    private protected async Task<EventApp> AppAsync(params string[] subscriptions)
    {
        var app = await EventApp.StartAsync($"[{string.Join(',', subscriptions)}]");
        _parts.Push(app);
        return app;
    }

    /// <summary>Starts sidecars for apps named <c>app-0</c>, <c>app-1</c> … and waits until their events come.</summary>
    private protected Task<SidecarHost> HostAsync(params EventApp[] apps) => HostAsync(Folder.Options(), apps);

    private protected async Task<SidecarHost> HostAsync(LocalSidecarOptions options, params EventApp[] apps)
    {
        var host = await StartAsync(options with { Apps = [.. apps.Select((app, i) => new SidecarApp($"app-{i}", 0, app.Address))] });
        for (var i = 0; i < apps.Length; i++)
            await ReadyAsync(host, $"app-{i}");
        return host;
    }

    private protected async Task<SidecarHost> StartAsync(LocalSidecarOptions options)
    {
        var host = await SidecarHost.StartAsync(options);
        _parts.Push(host);
        return host;
    }

    private protected static async Task ReadyAsync(SidecarHost host, string app)
    {
        using var dapr = new DaprClient(host.AddressOf(app));
        while ((await dapr.GetAsync("/v1.0/healthz")).Status != HttpStatusCode.NoContent)
            await Task.Yield();
    }

    private protected static async Task PublishAsync(SidecarHost host, string data, string topic = "t", string query = "", string app = "app-0")
    {
        using var dapr = new DaprClient(host.AddressOf(app));
        var answer = await dapr.PostAsync($"/v1.0/publish/events/{topic}{query}", $"\"{data}\"");
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Body);
    }
}
