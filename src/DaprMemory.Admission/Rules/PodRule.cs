using DaprMemory.Admission.Reviews;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Rules;

/// <summary>
/// Pods with a sidecar: a tenant's app ids begin with the tenant's name, the memory's own apps have the configuration that brings mTLS and access
/// control, and nobody else is in the memory's namespace.
/// </summary>
internal sealed class PodRule(IOptions<AdmissionOptions> options) : IAdmissionRule
{
    const string Enabled = "dapr.io/enabled";
    const string AppId = "dapr.io/app-id";
    const string Config = "dapr.io/config";
    const string ListenAddresses = "dapr.io/sidecar-listen-addresses";

    // What Dapr's injector takes for true.
    static readonly string[] True = ["y", "yes", "true", "t", "on", "1"];

    /// <inheritdoc />
    public GroupKind Kind { get; } = new("", "Pod");

    /// <inheritdoc />
    public IEnumerable<string> Check(AdmissionRequest request, NamespaceOwner where)
    {
        var metadata = request.Object!.Metadata;
        var appId = metadata?.Annotation(AppId);
        // The app id counts without a sidecar too: Dapr's authority looks at nothing else before it signs for it.
        if (appId is null && !True.Contains(metadata?.Annotation(Enabled)?.Trim(), StringComparer.OrdinalIgnoreCase))
            return [];
        if (where.IsMemory)
            return CheckMemoryPod(appId, metadata!, where.Namespace);
        return where.Tenant is { } tenant && CheckTenantPod(appId, tenant, where.Namespace) is { } reason ? [reason] : [];
    }

    static string? CheckTenantPod(string? appId, string tenant, string inNamespace)
    {
        var prefix = tenant + "-";
        if (appId is null)
            return $"{AppId} is missing, and Dapr would take the pod's name: set it to a name that begins with '{prefix}'";
        return appId.StartsWith(prefix, StringComparison.Ordinal) && appId.Length > prefix.Length
            ? null
            : $"{AppId} '{appId}' is not of tenant '{tenant}', whose namespace '{inNamespace}' is: set it to a name that begins with '{prefix}'";
    }

    IEnumerable<string> CheckMemoryPod(string? appId, ObjectMetadata metadata, string inNamespace)
    {
        if (appId is null)
        {
            yield return $"{AppId} is missing, and Dapr would take the pod's name: apps in namespace '{inNamespace}' are known by their app id";
            yield break;
        }
        if (MemoryApps.ConfigurationOf(appId) is not { } configuration)
        {
            if (!options.Value.OtherApps.Contains(appId))
                yield return $"{AppId} '{appId}' is no app of the memory, and namespace '{inNamespace}' is the memory's: "
                    + "run it elsewhere, or add it to Admission:OtherApps";
            yield break;
        }
        if (metadata.Annotation(Config) is var config && config != configuration)
            yield return $"{Config} of '{appId}' must be '{configuration}', which brings mTLS and access control; it is '{config}'";
        if (metadata.Annotation(ListenAddresses) is { } addresses)
            yield return $"{ListenAddresses} '{addresses}' must not be set: who reaches the sidecar of '{appId}' from outside the pod needs no certificate";
    }
}
