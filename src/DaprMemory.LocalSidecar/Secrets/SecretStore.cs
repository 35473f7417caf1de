using System.Text.Json;
using DaprMemory.LocalSidecar.Components;

namespace DaprMemory.LocalSidecar.Secrets;

/// <summary>Where a secret store component has its secrets: in the environment of this process, or in a JSON file.</summary>
internal static class SecretStore
{
    const string Environment = "secretstores.local.env";
    const string File = "secretstores.local.file";

    const string FileSetting = "secretsfile";
    const string SeparatorSetting = "nestedseparator";
    const string ManySetting = "multivalued";

    /// <summary>What is wrong with a component that calls itself a secret store; null: nothing.</summary>
    public static string? Check(Component component) => component.Type switch
    {
        Environment => null,
        File when string.IsNullOrEmpty(component.Settings.GetValueOrDefault(FileSetting)) => "secretsFile is not set",
        File when component.Settings.GetValueOrDefault(ManySetting) is "true" => "multiValued secrets are not supported here",
        File => null,
        _ => $"the type {component.Type}/{component.Version} is not known",
    };

    /// <summary>Reads a secret; null: the store says that there is none. A variable that is not set is an empty secret, as in Dapr.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string? Find(Component component, string name)
    {
        if (component.Type == File)
            return FindInFile(component.Settings[FileSetting], component.Settings.GetValueOrDefault(SeparatorSetting) ?? ":", name);
        var variable = component.Settings.GetValueOrDefault("prefix") + name;
        // The tokens between app and sidecar are nobody's secrets to ask for.
        var isForbidden = variable.StartsWith("DAPR_", StringComparison.OrdinalIgnoreCase) || variable.Equals("APP_API_TOKEN", StringComparison.OrdinalIgnoreCase);
        return isForbidden ? "" : System.Environment.GetEnvironmentVariable(variable) ?? "";
    }

    /// <summary>Read each time: a test, or whoever changes a secret, need not start the sidecar again.</summary>
    static string? FindInFile(string path, string separator, string name)
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return Flatten(json.RootElement, separator, "").FirstOrDefault(secret => secret.Name == name).Value;
    }

    static IEnumerable<(string Name, string Value)> Flatten(JsonElement element, string separator, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Flatten(member.Value, separator, Join(name, member.Name, separator))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Flatten(item, separator, Join(name, $"{i}", separator))),
        _ => [(name, element.ToString())],
    };

    static string Join(string name, string member, string separator) => name.Length == 0 ? member : name + separator + member;
}
