namespace DaprMemory.Router.Configuration;

/// <summary>What the router knows of one tenant.</summary>
public sealed class TenantOptions
{
    /// <summary>The tenant's home: shards of this zone come first for its spaces.</summary>
    /// <value>A shard's <see cref="ShardOptions.Zone"/>. The default is none.</value>
    public string? Zone { get; set; }
}
