using System.Text.Json.Nodes;

namespace DaprMemory.Deployment.Tests.Support;

/// <summary>Finds things in rendered objects.</summary>
internal static class KubernetesObjects
{
    public static JsonObject One(this IEnumerable<JsonObject> objects, string kind, string name) =>
        objects.Where(item => item.Text("kind") == kind && item["metadata"]!.Text("name") == name).ShouldHaveSingleItem($"{kind}/{name}");

    public static IEnumerable<JsonObject> OfKind(this IEnumerable<JsonObject> objects, string kind) => objects.Where(item => item.Text("kind") == kind);

    public static string? Text(this JsonNode node, string name) => node[name]?.ToString();

    public static IEnumerable<JsonNode> Items(this JsonNode? node) => node is JsonArray array ? array.OfType<JsonNode>() : [];

    public static string[] Texts(this JsonNode? node) => [.. node.Items().Select(item => item.ToString())];

    /// <summary>The templates of all pods, and the pods themselves, each a pod.</summary>
    public static IEnumerable<JsonNode> Pods(this IEnumerable<JsonObject> objects) =>
        objects.Select(item => item.Text("kind") switch { "Deployment" => item["spec"]!["template"], "Pod" => item, _ => null }).OfType<JsonNode>();

    public static IEnumerable<JsonNode> Containers(this JsonNode pod) => pod["spec"]!["initContainers"].Items().Concat(pod["spec"]!["containers"].Items());

    /// <summary>A container's environment, as .NET configuration names it.</summary>
    public static Dictionary<string, string> Settings(this JsonNode container) => container["env"].Items()
        .Where(item => item["value"] is not null)
        .ToDictionary(item => item.Text("name")!.Replace("__", ":", StringComparison.Ordinal), item => item.Text("value")!);

    /// <summary>A Dapr component's setting; null if it has none or it is a secret.</summary>
    public static string? Setting(this JsonObject component, string name) =>
        component["spec"]!["metadata"].Items().SingleOrDefault(item => item.Text("name") == name)?.Text("value");
}
