using DaprMemory.Admission.Reviews;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Rules;

/// <summary>Namespaces: whose one is, is said once, by the name of a tenant, and never of the memory's own.</summary>
internal sealed class NamespaceRule(IOptions<AdmissionOptions> options) : IAdmissionRule
{
    /// <inheritdoc />
    public GroupKind Kind { get; } = new("", "Namespace");

    /// <inheritdoc />
    public IEnumerable<string> Check(AdmissionRequest request, NamespaceOwner where)
    {
        var label = options.Value.TenantLabel;
        var name = request.Object!.Metadata?.Name ?? request.Name ?? "";
        var tenant = request.Object.Metadata?.Label(label);
        var before = request.OldObject?.Metadata?.Label(label);
        if (before is not null && tenant != before)
            yield return $"namespace '{name}' is tenant '{before}''s: its label {label} does not change; make another namespace";
        else if (tenant is not null && name == options.Value.Namespace)
            yield return $"namespace '{name}' is the memory's own: it has no label {label}";
        else if (tenant is not null && Names.CheckTenant(tenant) is { } rule)
            yield return $"label {label} '{tenant}': {rule}";
    }
}
