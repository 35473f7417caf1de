using DaprMemory.LocalSidecar.Actors;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar;

/// <summary>
/// Sidecars for one or more apps in this process: a stand-in for as many <c>daprd</c>s. All of them share the stores and topics. Writes nothing to
/// the console and installs no signal handlers.
/// </summary>
public sealed class SidecarHost : IAsyncDisposable
{
    readonly ComponentSet _components;
    readonly IBroker _broker;
    readonly ReminderStore? _reminders;
    readonly AppDirectory _directory;
    readonly HttpMessageInvoker _client = Invoker.CreateClient();
    readonly Dictionary<string, AppSidecar> _sidecars;

    SidecarHost(LocalSidecarOptions options, ComponentSet components)
    {
        _components = components;
        var logger = options.LoggerFactory.CreateLogger<Broker>();
        _broker = options.ShareTopics ? new SharedBroker(options.DataPath, options.Time, logger) : new Broker(options.Time, logger);
        _reminders = components.HasActorStore ? new ReminderStore(options) : null;
        _directory = new AppDirectory(options.Peers);
        foreach (var app in options.Apps)
            _directory.Set(app.AppId, app.AppAddress);
        _sidecars = options.Apps.ToDictionary(app => app.AppId, app => new AppSidecar(app, options, components, _broker, _reminders, _directory, _client));
    }

    /// <summary>Completes when no sidecar serves any more, because each was asked to shut down or this was disposed.</summary>
    public Task Stopped => Task.WhenAll(_sidecars.Values.Select(sidecar => sidecar.Stopped));

    /// <summary>Opens the stores and starts a sidecar for each app. On return all of them serve.</summary>
    /// <exception cref="ComponentException">The component files cannot be used; the message says all that is wrong.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="ArgumentException">An app or peer is given twice.</exception>
    public static async Task<SidecarHost> StartAsync(LocalSidecarOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Apps.GroupBy(app => app.AppId).Any(ids => ids.Count() > 1) || options.Peers.GroupBy(peer => peer.AppId).Any(ids => ids.Count() > 1))
            throw new ArgumentException("An app or peer is given twice.", nameof(options));
        var host = new SidecarHost(options, ComponentSet.Open(options));
        try
        {
            foreach (var sidecar in host._sidecars.Values)
                await sidecar.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The base address of an app's sidecar.</summary>
    public Uri AddressOf(string appId) => _sidecars[appId].Address;

    /// <summary>Says where an app listens, once that is known.</summary>
    public void SetAppAddress(string appId, Uri address) => _directory.Set(_sidecars[appId].AppId, address);

    /// <summary>The faults of an app's sidecar.</summary>
    public FaultInjector Faults(string appId) => _sidecars[appId].Faults;

    /// <summary>Answers what is being asked, lets the apps finish the events that they have, then closes the ports and the stores.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sidecars.Values.Select(sidecar => sidecar.DisposeAsync().AsTask()));
        if (_broker is SharedBroker shared)
            await shared.DisposeAsync();
        _client.Dispose();
        _reminders?.Dispose();
        _components.Dispose();
    }
}
