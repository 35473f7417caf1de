using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Up;

/// <summary>What <c>daprmem up</c> runs.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>The folder of the stores; made if it is not there. One cluster at a time may use it.</summary>
    public required string DataPath { get; init; }

    /// <summary>The router's port on localhost; 0 picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many memory services run.</summary>
    /// <value>Default 3.</value>
    public int Shards { get; init; } = 3;

    /// <summary>Whether everyone may do everything, under any name. Otherwise callers need a token, such as the folder's development issuer gives.</summary>
    /// <value>Default false.</value>
    public bool Insecure { get; init; }

    /// <summary>When a write is acknowledged: on the disk, or in the operating system's hands.</summary>
    /// <value>Default <see cref="SqliteSynchronous.Full"/>.</value>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Where the embedded model lies, if it is there.</summary>
    /// <value>Default: where <c>daprmem model add</c> puts it in <see cref="DataPath"/>.</value>
    public string? ModelFolder { get; init; }

    /// <summary>Configuration of the curator, such as <c>Curator:EventPeriod</c>.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyDictionary<string, string?> CuratorSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Configuration of the memory services, such as <c>Memory:Policies:acme:AuditReads</c>.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyDictionary<string, string?> ServiceSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Configuration of the router, such as <c>Quotas:Default:RequestsPerSecond</c>.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyDictionary<string, string?> RouterSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether the services keep values in the hot store.</summary>
    /// <value>Default <c>true</c>.</value>
    public bool UsesHotStore { get; init; } = true;
}
