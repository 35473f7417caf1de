using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Log;

/// <summary>The keys of both stores. Every one begins with its tenant.</summary>
internal static class StoreKeys
{
    /// <summary>The second look at a key, before a store gets it: it must be one of the tenant for whom the store is asked.</summary>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static string Demand(string tenant, string key) =>
        tenant.Length > 0 && key.Length > tenant.Length && key[tenant.Length] == ':' && key.StartsWith(tenant, StringComparison.Ordinal)
            ? key
            : throw new InvalidOperationException("A store key of another tenant was asked for; nothing was read or written.");

    public static string Commit(SpaceId space, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:c:{number:x16}");

    public static string CheckpointPointer(SpaceId space) => $"{space.Tenant}:{space.Name}:p";

    public static string CheckpointChunk(SpaceId space, long version, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:p:{version:x16}:{index}");

    /// <summary>Strong store: which index checkpoints there are.</summary>
    public static string IndexPointer(SpaceId space) => $"{space.Tenant}:{space.Name}:i";

    /// <summary>Strong store: memories that changed behind one version and up to another.</summary>
    public static string IndexChunk(SpaceId space, long since, long version, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:i:{since:x16}:{version:x16}:{index}");

    /// <summary>Strong store: the last version whose events are published.</summary>
    public static string Published(SpaceId space) => $"{space.Tenant}:{space.Name}:e";

    /// <summary>Strong store: a segment of the vectors that a model gave.</summary>
    public static string Vectors(SpaceId space, string model, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:x:{model}:{number:x8}");

    /// <summary>Strong store: how far a duty has come with a tenant's spaces. No space begins with '@', but for directories.</summary>
    public static string DutyProgress(string tenant, string duty) => $"{tenant}:@curator:{duty}";

    /// <summary>Strong store: the last version whose memories were looked at for near duplicates.</summary>
    public static string Consolidated(SpaceId space) => $"{space.Tenant}:{space.Name}:d";

    /// <summary>Hot store: a record's value.</summary>
    public static string HotValue(SpaceId space, RecordKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:v:{(int)key.Kind}:{key.Key}");

    /// <summary>Hot store: the keys that were used lately.</summary>
    public static string RecentKeys(SpaceId space) => $"{space.Tenant}:{space.Name}:h";

    /// <summary>Hot store: a block of a session's turns.</summary>
    public static string TurnBlock(SpaceId space, Guid generation, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:s:{generation:n}:{number:x16}");

    /// <summary>Hot store: about where a session's last block is.</summary>
    public static string TailHint(SpaceId space, Guid generation) => $"{space.Tenant}:{space.Name}:s:{generation:n}:t";

    /// <summary>Hot store: a session's summaries.</summary>
    public static string Summaries(SpaceId space, Guid generation) => $"{space.Tenant}:{space.Name}:s:{generation:n}:m";
}
