namespace DaprMemory.LocalSidecar;

/// <summary>An app that another process serves, and that apps here may invoke.</summary>
/// <param name="AppId">Its Dapr app id.</param>
/// <param name="Address">Where requests for it are sent.</param>
/// <param name="Kind">What listens there.</param>
public sealed record SidecarPeer(string AppId, Uri Address, SidecarPeerKind Kind = SidecarPeerKind.Sidecar);
