using System.Globalization;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>The keys of the strong store. Every one begins with its tenant.</summary>
internal static class StoreKeys
{
    public static string Commit(SpaceId space, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:c:{number:x16}");

    public static string CheckpointPointer(SpaceId space) => $"{space.Tenant}:{space.Name}:p";

    public static string CheckpointChunk(SpaceId space, long version, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{space.Tenant}:{space.Name}:p:{version:x16}:{index}");
}
