using System.Collections.Concurrent;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>Where apps are to be found: name resolution for service invocation.</summary>
internal sealed class AppDirectory(IEnumerable<SidecarPeer> peers)
{
    readonly ConcurrentDictionary<string, Entry> _apps = new();
    readonly Dictionary<string, SidecarPeer> _peers = peers.ToDictionary(peer => peer.AppId);

    /// <summary>Notes that an app has a sidecar here, and where the app listens if that is known.</summary>
    public void Set(string appId, Uri? address)
    {
        var entry = new Entry(address, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Entry? replaced = null;
        _apps.AddOrUpdate(appId, entry, (_, old) =>
        {
            replaced = old;
            return entry;
        });
        replaced?.Replaced.TrySetResult();
    }

    public void Remove(string appId) => _apps.TryRemove(appId, out _);

    public Uri? AddressOf(string appId) => AddressOf(appId, out _);

    /// <summary>Where an app listens.</summary>
    /// <param name="appId">The app.</param>
    /// <param name="moved">Completes when this is no longer so.</param>
    public Uri? AddressOf(string appId, out Task moved)
    {
        var entry = _apps.GetValueOrDefault(appId);
        moved = entry?.Replaced.Task ?? Task.Delay(Timeout.Infinite);
        return entry?.Address;
    }

    /// <summary>Where requests for an app go, or why nowhere.</summary>
    public Destination Find(string appId) =>
        _apps.TryGetValue(appId, out var app)
            ? app.Address is null ? Destination.None("app channel is not initialized") : new(app.Address, DestinationKind.App)
        : _peers.TryGetValue(appId, out var peer) ? new(peer.Address, peer.Kind == SidecarPeerKind.App ? DestinationKind.App : DestinationKind.Sidecar)
        : Uri.TryCreate(appId, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? new(uri, DestinationKind.External)
        : Destination.None("no host found with the given ID");

    sealed record Entry(Uri? Address, TaskCompletionSource Replaced);
}
