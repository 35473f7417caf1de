namespace DaprMemory.Hosting.Identity;

/// <summary>Who may see the pages that tell of the service itself.</summary>
public enum OperatorPages
{
    /// <summary>Who asks from the same machine or pod, not through a proxy or sidecar.</summary>
    Loopback,

    /// <summary>Whoever reaches the service, where the network decides that.</summary>
    Everyone,
}
