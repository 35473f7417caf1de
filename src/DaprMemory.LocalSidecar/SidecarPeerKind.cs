namespace DaprMemory.LocalSidecar;

/// <summary>What listens at a peer's address. The two differ in the path and in the token that they expect.</summary>
public enum SidecarPeerKind
{
    /// <summary>The peer's sidecar, ours or a real daprd.</summary>
    Sidecar,

    /// <summary>The app itself.</summary>
    App,
}
