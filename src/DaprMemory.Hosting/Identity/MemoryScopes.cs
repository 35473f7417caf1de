namespace DaprMemory.Hosting.Identity;

/// <summary>What a caller may do within its tenant.</summary>
[Flags]
public enum MemoryScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>memory:read</c></summary>
    Read = 1,

    /// <summary><c>memory:write</c>, which does not imply reading.</summary>
    Write = 2,

    /// <summary><c>memory:act</c>: to act for other agents of the tenant, as the gateway of a fleet does.</summary>
    Act = 4,

    /// <summary><c>memory:admin</c>, which implies all others.</summary>
    Admin = 8 | Read | Write | Act,
}
