using System.Text.Json.Nodes;

namespace DaprMemory.Deployment.Tests.Support;

/// <summary>Helm, in either version, on the chart.</summary>
internal static class Helm
{
    public const string Namespace = "memory";

    /// <summary>What the cluster of a rendering has beside Kubernetes' own kinds.</summary>
    public static readonly string[] WithOperators = ["--api-versions", "monitoring.coreos.com/v1", "--api-versions", "dapr.io/v1alpha1"];

    public static async Task<string> PathAsync(int version) => Path.Combine(await Tools.GetAsync(), $"helm{version}", "helm");

    /// <summary>Renders the chart, which must succeed.</summary>
    /// <returns>The objects, as YAML.</returns>
    public static async Task<string> TemplateAsync(string values, int version = 3, params string[] arguments) =>
        await Command.RunAsync(await PathAsync(version), ["template", "daprmemory", Project.Chart, "-n", Namespace, "-f", values, .. WithOperators, .. arguments]);

    public static async Task<Command.Result> TryTemplateAsync(string values, params string[] arguments) =>
        await Command.TryAsync(await PathAsync(3), ["template", "daprmemory", Project.Chart, "-n", Namespace, "-f", values, .. arguments]);

    /// <summary>Renders the chart, which must succeed.</summary>
    public static async Task<JsonObject[]> ObjectsAsync(string values, params string[] arguments) => Yaml.ReadAll(await TemplateAsync(values, 3, arguments));
}
