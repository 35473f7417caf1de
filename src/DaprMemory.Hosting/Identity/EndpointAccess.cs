namespace DaprMemory.Hosting.Identity;

/// <summary>Who may call an endpoint. All but <see cref="Open"/> and <see cref="Operators"/> are about the tenant in the path, and its callers only.</summary>
public enum EndpointAccess
{
    /// <summary>Callers with <see cref="MemoryScopes.Admin"/>: what holds for an endpoint that does not say otherwise.</summary>
    Admin,

    /// <summary>Callers with <see cref="MemoryScopes.Write"/>.</summary>
    Write,

    /// <summary>Callers with <see cref="MemoryScopes.Read"/>.</summary>
    Read,

    /// <summary>Any caller of the tenant: who comes next asks for the scope.</summary>
    Tenant,

    /// <summary>Whom <see cref="IdentityOptions.OperatorPages"/> admits. These pages tell of the service, and nothing of tenants.</summary>
    Operators,

    /// <summary>Anyone, or whom the endpoint itself admits.</summary>
    Open,
}
