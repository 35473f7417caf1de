namespace DaprMemory.Core.Spaces;

/// <summary>Names one space of one tenant. Both names have been checked against <see cref="Names"/>.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Name">The space, or <c>name@branch</c>.</param>
public readonly record struct SpaceId(string Tenant, string Name)
{
    /// <summary>What the router's ring hashes: <c>tenant/space</c> without the branch, so that a branch lives beside its trunk.</summary>
    public string RingKey
    {
        get
        {
            var at = Name.IndexOf('@', StringComparison.Ordinal);
            return string.Concat(Tenant, "/", at < 0 ? Name : Name.AsSpan(0, at));
        }
    }

    /// <summary>Whether it is one that the system keeps for itself, which clients can't name.</summary>
    internal bool IsInternal => Name.StartsWith('@');

    /// <summary>Whether it is a <see cref="SpaceDirectory"/>, which clients can't name.</summary>
    internal bool IsDirectory => Name == SpaceDirectory.SpaceName;

    /// <summary><c>tenant/space</c>, as in paths.</summary>
    public override string ToString() => $"{Tenant}/{Name}";
}
