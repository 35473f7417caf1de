using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.State;

/// <summary>A store as one app sees it.</summary>
/// <param name="Store">The store.</param>
/// <param name="Prefix">What stands before the app's keys, with its separator.</param>
/// <param name="ManglesNumbers">Whether values are decoded and encoded again.</param>
internal sealed record BoundStore(StateStore Store, string Prefix, bool ManglesNumbers)
{
    public string Name => Store.Component.Name;
}
