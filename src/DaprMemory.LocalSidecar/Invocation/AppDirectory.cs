using System.Collections.Concurrent;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>Where apps are to be found: name resolution for service invocation.</summary>
internal sealed class AppDirectory(IEnumerable<SidecarPeer> peers)
{
    readonly ConcurrentDictionary<string, Uri?> _apps = new();
    readonly Dictionary<string, SidecarPeer> _peers = peers.ToDictionary(peer => peer.AppId);

    /// <summary>Notes that an app has a sidecar here, and where the app listens if that is known.</summary>
    public void Set(string appId, Uri? address) => _apps[appId] = address;

    public void Remove(string appId) => _apps.TryRemove(appId, out _);

    public Uri? AddressOf(string appId) => _apps.GetValueOrDefault(appId);

    /// <summary>Where requests for an app go, or why nowhere.</summary>
    public Destination Find(string appId) =>
        _apps.TryGetValue(appId, out var app) ? app is null ? Destination.None("app channel is not initialized") : new(app, DestinationKind.App)
        : _peers.TryGetValue(appId, out var peer) ? new(peer.Address, peer.Kind == SidecarPeerKind.App ? DestinationKind.App : DestinationKind.Sidecar)
        : Uri.TryCreate(appId, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? new(uri, DestinationKind.External)
        : Destination.None("no host found with the given ID");
}
