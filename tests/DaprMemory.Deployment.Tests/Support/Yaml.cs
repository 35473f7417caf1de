using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DaprMemory.Deployment.Tests.Support;

/// <summary>Reads YAML as JSON, as Kubernetes and Dapr do.</summary>
internal static class Yaml
{
    public static JsonObject Read(string path) => ReadAll(File.ReadAllText(path)).Single();

    /// <summary>Reads a stream of documents; empty ones are left out.</summary>
    public static JsonObject[] ReadAll(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonObject>()];
    }

    static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(item => KeyValuePair.Create(((YamlScalarNode)item.Key).Value!, ToJson(item.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } scalar => scalar.Value,
        YamlScalarNode { Value: "" or "~" or "null" } => null,
        YamlScalarNode { Value: "true" or "false" } scalar => scalar.Value == "true",
        YamlScalarNode scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException(node.NodeType.ToString()),
    };
}
