using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DaprMemory.LocalSidecar.Components;

/// <summary>Reads the components of one YAML file, which may hold several documents and documents of other kinds.</summary>
internal static class ComponentFile
{
    public static IEnumerable<Component> Read(string path, List<string> errors)
    {
        var yaml = new YamlStream();
        try
        {
            using var text = File.OpenText(path);
            yaml.Load(text);
        }
        catch (YamlException e)
        {
            errors.Add($"{Path.GetFileName(path)}: {e.Message}");
            return [];
        }
        var components = new List<Component>();
        foreach (var document in yaml.Documents)
        {
            if (document.RootNode is YamlMappingNode root && Text(root, "kind") == "Component")
                components.AddRange(Read(root, Path.GetFileName(path), errors));
        }
        return components;
    }

    static IEnumerable<Component> Read(YamlMappingNode root, string file, List<string> errors)
    {
        var metadata = Child(root, "metadata") as YamlMappingNode;
        var spec = Child(root, "spec") as YamlMappingNode;
        if (Text(metadata, "name") is not { Length: > 0 } name)
        {
            errors.Add($"{file}: a component has no metadata.name");
            yield break;
        }
        if (Text(spec, "type") is not { Length: > 0 } type)
        {
            errors.Add($"{file}: component '{name}' has no spec.type");
            yield break;
        }
        var settings = new Dictionary<string, string>();
        foreach (var item in Items(spec, "metadata").OfType<YamlMappingNode>())
        {
            // A setting may refer to a secret; none of those that matter here is one.
            if (Text(item, "name") is { } setting && Text(item, "value") is { } value)
                settings[setting.ToLowerInvariant()] = value;
        }
        yield return new Component
        {
            Name = name,
            Type = type.ToLowerInvariant(),
            Version = Text(spec, "version") is { Length: > 0 } version ? version.ToLowerInvariant() : "v1",
            Settings = settings,
            Scopes = [.. Items(root, "scopes").OfType<YamlScalarNode>().Select(scope => scope.Value ?? "")],
            IgnoreErrors = Text(spec, "ignoreErrors") is "true",
        };
    }

    static YamlNode? Child(YamlMappingNode? node, string name) => node is not null && node.Children.TryGetValue(name, out var child) ? child : null;

    static string? Text(YamlMappingNode? node, string name) => (Child(node, name) as YamlScalarNode)?.Value;

    static IEnumerable<YamlNode> Items(YamlMappingNode? node, string name) => Child(node, name) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();
}
