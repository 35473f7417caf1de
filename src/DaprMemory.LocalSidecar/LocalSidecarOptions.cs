using Microsoft.Extensions.Logging.Abstractions;

namespace DaprMemory.LocalSidecar;

/// <summary>What a <see cref="SidecarHost"/> serves.</summary>
public sealed record LocalSidecarOptions
{
    /// <summary>The folder with Dapr component files (<c>*.yaml</c>, <c>*.yml</c>).</summary>
    public required string ComponentsPath { get; init; }

    /// <summary>The folder of the stores' files, one <c>{component}.db</c> each. Created if absent; processes may share it.</summary>
    public required string DataPath { get; init; }

    /// <summary>The apps that get a sidecar.</summary>
    public required IReadOnlyList<SidecarApp> Apps { get; init; }

    /// <summary>Apps of other processes that may be invoked.</summary>
    public IReadOnlyList<SidecarPeer> Peers { get; init; } = [];

    /// <summary>When a write is durable.</summary>
    /// <value>Default: <see cref="SqliteSynchronous.Full"/>.</value>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>The token that callers of the sidecars must send (<c>DAPR_API_TOKEN</c>); null or empty: none.</summary>
    public string? ApiToken { get; init; }

    /// <summary>The token that the sidecars send to the apps (<c>APP_API_TOKEN</c>); null or empty: none.</summary>
    public string? AppApiToken { get; init; }

    /// <summary>
    /// Whether topics are shared with all other processes that use this data folder and say so too. One of them is the broker, and when it
    /// ends another takes over; events that wait or are on their way then are lost.
    /// </summary>
    /// <value>Default: false, which needs no files and no port.</value>
    public bool ShareTopics { get; init; }

    /// <summary>Whether saved values are decoded and encoded again as daprd does, so that numbers become 64-bit floats.</summary>
    /// <value>Default: true, as daprd.</value>
    public bool MangleNumbers { get; init; } = true;

    /// <summary>Whether <c>/local/faults</c> is served. <see cref="SidecarHost.Faults"/> works in either case.</summary>
    public bool EnableFaults { get; init; }

    /// <summary>The seed of the faults' randomness.</summary>
    public int FaultSeed { get; init; }

    /// <summary>How often expired values are removed from the files. Reads never see them.</summary>
    /// <value>Default: 1 minute.</value>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock of expiry, redelivery and faults.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where warnings go.</summary>
    /// <value>Default: nowhere.</value>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
