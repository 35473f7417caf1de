namespace DaprMemory.Hosting.Identity;

/// <summary>Whether callers must show who they are.</summary>
public enum IdentityMode
{
    /// <summary>They must.</summary>
    Required,

    /// <summary>Nobody is asked: whoever reaches the service may do everything, under any name.</summary>
    Insecure,
}
