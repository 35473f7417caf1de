using System.Text.Json;
using DaprMemory.Admission.Reviews;

namespace DaprMemory.Admission.Rules;

/// <summary>The configurations of the memory's sidecars: mTLS is on, who is not named is refused, and into shards only the router is let.</summary>
internal sealed class ConfigurationRule : IAdmissionRule
{
    /// <inheritdoc />
    public GroupKind Kind { get; } = new("dapr.io", "Configuration");

    /// <inheritdoc />
    public IEnumerable<string> Check(AdmissionRequest request, NamespaceOwner where)
    {
        var name = request.Object!.Metadata?.Name ?? request.Name ?? "";
        return where.IsMemory && name is (MemoryApps.Configuration or MemoryApps.RouterConfiguration) ? CheckOwn(name, request.Object.Spec, where.Namespace) : [];
    }

    static IEnumerable<string> CheckOwn(string name, JsonElement spec, string inNamespace)
    {
        if (Get(Get(spec, "mtls"), "enabled").ValueKind != JsonValueKind.True)
            yield return $"configuration '{name}' must have mtls.enabled: true";
        var access = Get(spec, "accessControl");
        if (Get(access, "defaultAction").ToString() != "deny")
            yield return $"configuration '{name}' must have accessControl.defaultAction: deny";
        if (name != MemoryApps.Configuration)
            yield break;
        var policies = Get(access, "policies");
        foreach (var policy in policies.ValueKind == JsonValueKind.Array ? policies.EnumerateArray() : default)
        {
            var app = Get(policy, "appId").ToString();
            var of = Get(policy, "namespace").ToString();
            if (app != MemoryApps.Router || of != inNamespace)
                yield return $"configuration '{name}' lets in '{app}' of namespace '{of}': only '{MemoryApps.Router}' of '{inNamespace}' may call shards";
            else if (Get(policy, "defaultAction").ToString() != "deny")
                yield return $"configuration '{name}': the policy of '{app}' must have defaultAction: deny";
        }
    }

    static JsonElement Get(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;
}
