namespace DaprMemory.Admission.Namespaces;

/// <summary>Knows whose a namespace is.</summary>
internal interface INamespaceTenants
{
    /// <summary>Finds a namespace's tenant.</summary>
    /// <returns>The tenant; null if the namespace has none, or is not there.</returns>
    /// <exception cref="HttpRequestException">It can't be found out.</exception>
    Task<string?> FindAsync(string name, CancellationToken cancellationToken);
}
