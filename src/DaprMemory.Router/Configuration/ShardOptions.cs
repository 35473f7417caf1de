namespace DaprMemory.Router.Configuration;

/// <summary>One shard and how the router reaches it.</summary>
public sealed class ShardOptions
{
    /// <summary>The value of <see cref="Via"/> that means: by Dapr service invocation.</summary>
    public const string ViaSidecar = "sidecar";

    /// <summary>The shard's name, which is also its Dapr app id. The ring hashes it: another name is another place on the ring.</summary>
    /// <value>1 to 128 characters of <c>[A-Za-z0-9._-]</c>, such as <c>memory-0</c>. Required.</value>
    public string Id { get; set; } = "";

    /// <summary>The shard's own address.</summary>
    /// <value>An absolute <c>http</c> or <c>https</c> URL. Required unless the shard is reached through the sidecar.</value>
    public string? Address { get; set; }

    /// <summary>The zone the shard runs in.</summary>
    /// <value>A name. The default is none.</value>
    public string? Zone { get; set; }

    /// <summary>How the shard is reached.</summary>
    /// <value><c>sidecar</c>: through <see cref="RouterOptions.Sidecar"/>. The default is none: at <see cref="Address"/>.</value>
    public string? Via { get; set; }

    internal bool IsViaSidecar => string.Equals(Via, ViaSidecar, StringComparison.OrdinalIgnoreCase);
}
