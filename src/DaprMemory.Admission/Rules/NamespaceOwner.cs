namespace DaprMemory.Admission.Rules;

/// <summary>Whose a namespace is.</summary>
/// <param name="Namespace">The namespace; empty for objects that are in none.</param>
/// <param name="IsMemory">Whether the memory runs there.</param>
/// <param name="Tenant">Otherwise the tenant whose it is, if any.</param>
internal readonly record struct NamespaceOwner(string Namespace, bool IsMemory, string? Tenant);
