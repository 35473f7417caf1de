using System.Text.RegularExpressions;

namespace DaprMemory.Admission.Rules;

/// <summary>The names of the memory's own apps, components and configurations, which the chart gives them.</summary>
internal static partial class MemoryApps
{
    /// <summary>The router's app id.</summary>
    public const string Router = "memory-router";

    /// <summary>The components that hold memories.</summary>
    public static readonly string[] Stores = ["strong", "hot"];

    /// <summary>The configuration of shards and curator, which lets only the router in.</summary>
    public const string Configuration = "daprmemory";

    /// <summary>The router's configuration.</summary>
    public const string RouterConfiguration = "daprmemory-router";

    /// <summary>Whether an app may use the stores: a shard or the curator.</summary>
    public static bool UsesStores(string appId) => appId == "curator" || Shard().IsMatch(appId);

    /// <summary>The configuration that an app must have; null if it is none of ours.</summary>
    public static string? ConfigurationOf(string appId) => appId == Router ? RouterConfiguration : UsesStores(appId) ? Configuration : null;

    [GeneratedRegex(@"^memory-(0|[1-9][0-9]{0,3})\z")]
    private static partial Regex Shard();
}
