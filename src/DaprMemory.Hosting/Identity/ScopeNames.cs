using System.Collections.Frozen;

namespace DaprMemory.Hosting.Identity;

/// <summary>The scopes as tokens and configuration name them.</summary>
public static class ScopeNames
{
    /// <summary>To read.</summary>
    public const string Read = "memory:read";

    /// <summary>To change something.</summary>
    public const string Write = "memory:write";

    /// <summary>To act for other agents.</summary>
    public const string Act = "memory:act";

    /// <summary>Everything within the tenant.</summary>
    public const string Admin = "memory:admin";

    static readonly FrozenDictionary<string, MemoryScopes> Known = new Dictionary<string, MemoryScopes>
    {
        [Read] = MemoryScopes.Read,
        [Write] = MemoryScopes.Write,
        [Act] = MemoryScopes.Act,
        [Admin] = MemoryScopes.Admin,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Write, Act, Admin];

    /// <summary>Gives what a name means; <see cref="MemoryScopes.None"/> if it is no scope of ours.</summary>
    public static MemoryScopes Parse(string name) => Known.GetValueOrDefault(name);
}
