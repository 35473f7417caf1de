using System.Text.Json;
using DaprMemory.Admission.Reviews;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Rules;

/// <summary>Dapr components: the stores are for the memory's apps alone, with the keys that all shards share, and nobody gets to them another way.</summary>
internal sealed class ComponentRule(IOptions<AdmissionOptions> options) : IAdmissionRule
{
    const string KeyPrefix = "keyPrefix";
    const string SharedKeys = "none";

    /// <inheritdoc />
    public GroupKind Kind { get; } = new("dapr.io", "Component");

    /// <inheritdoc />
    public IEnumerable<string> Check(AdmissionRequest request, NamespaceOwner where)
    {
        var component = request.Object!;
        var name = component.Metadata?.Name ?? request.Name ?? "";
        var settings = Setting.ReadAll(component.Spec);
        if (!where.IsMemory)
            return where.Tenant is null ? [] : settings.Select(CheckForeign).OfType<string>();
        return MemoryApps.Stores.Contains(name)
            ? [.. CheckScopes(name, "holds memories", component.Scopes), .. CheckKeys(name, settings)]
            : settings.Select(EntranceOf).OfType<string>().Take(1)
                .SelectMany(entrance => CheckScopes(name, $"has {entrance}, by which one gets into the stores", component.Scopes));
    }

    static IEnumerable<string> CheckScopes(string name, string why, IReadOnlyList<string>? scopes)
    {
        if (scopes is not { Count: > 0 })
            return [$"component '{name}' {why}, and without scopes it is every app's: name the shards and the curator"];
        var others = scopes.Where(app => !MemoryApps.UsesStores(app)).ToArray();
        return others.Length == 0 ? [] : [$"component '{name}' {why}: '{string.Join("', '", others)}' must not be among its scopes, only shards and the curator"];
    }

    static IEnumerable<string> CheckKeys(string name, Setting[] settings)
    {
        // Dapr takes the name in any case, and of several the last one.
        var prefixes = settings.Where(setting => string.Equals(setting.Name, KeyPrefix, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (prefixes is not [{ Value: SharedKeys }])
            yield return $"component '{name}' must have {KeyPrefix} '{SharedKeys}', once: with another one, spaces that move between shards "
                + "are empty there, and memories of another prefix can be reached";
    }

    string? CheckForeign(Setting setting) =>
        HostIn(setting) is { } host ? $"setting '{setting.Name}' reaches the memory's store at '{host}': agents use the router" : null;

    string? EntranceOf(Setting setting) =>
        setting.Secret is { } secret && options.Value.StoreSecrets.Contains(secret) ? $"the secret '{secret}'"
        : HostIn(setting) is { } host ? $"the host '{host}'"
        : null;

    string? HostIn(Setting setting) =>
        options.Value.StoreHosts.FirstOrDefault(host => setting.Value?.Contains(host, StringComparison.OrdinalIgnoreCase) == true);

    readonly record struct Setting(string Name, string? Value, string? Secret)
    {
        public static Setting[] ReadAll(JsonElement spec) =>
            spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty("metadata", out var items) && items.ValueKind == JsonValueKind.Array
                ? [.. items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(Read)]
                : [];

        static Setting Read(JsonElement item) => new(
            item.TryGetProperty("name", out var name) ? name.ToString() : "",
            item.TryGetProperty("value", out var value) ? value.ToString() : null,
            item.TryGetProperty("secretKeyRef", out var reference) && reference.ValueKind == JsonValueKind.Object && reference.TryGetProperty("name", out var secret)
                ? secret.ToString()
                : null);
    }
}
