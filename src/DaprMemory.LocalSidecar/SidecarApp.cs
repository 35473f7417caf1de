namespace DaprMemory.LocalSidecar;

/// <summary>An app that gets a sidecar.</summary>
/// <param name="AppId">Its Dapr app id.</param>
/// <param name="HttpPort">The port of its sidecar on 127.0.0.1; 0 picks a free one.</param>
/// <param name="AppAddress">Where the app itself listens; null when it is not to be called, or not yet known.</param>
public sealed record SidecarApp(string AppId, int HttpPort = 0, Uri? AppAddress = null);
