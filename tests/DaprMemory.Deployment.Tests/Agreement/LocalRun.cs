using System.Globalization;
using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>The apps of dapr.yaml or tye.yaml: id, port, project folder, settings.</summary>
internal sealed record LocalRun(string File, IReadOnlyList<LocalRun.App> Apps)
{
    public sealed record App(string Id, int Port, string Folder, Dictionary<string, string> Settings);

    public static LocalRun ReadDapr()
    {
        var file = Yaml.Read(Project.In("dapr.yaml"));
        var common = Environment(file["common"]!["env"]);
        return new LocalRun("dapr.yaml",
        [
            .. file["apps"].Items().Select(app => new App(
                app.Text("appID")!,
                int.Parse(app.Text("appPort")!, CultureInfo.InvariantCulture),
                Path.GetFullPath(Project.In(app.Text("appDirPath")!)),
                common.Concat(Environment(app["env"])).ToDictionary())),
        ]);
    }

    public static LocalRun ReadTye() => new("tye.yaml",
    [
        .. Yaml.Read(Project.In("tye.yaml"))["services"].Items().Select(service => new App(
            service.Text("name")!,
            int.Parse(service["bindings"].Items().Single().Text("port")!, CultureInfo.InvariantCulture),
            Path.GetDirectoryName(Project.In(service.Text("project")!))!,
            service["env"].Texts().Select(pair => pair.Split('=', 2)).ToDictionary(pair => Name(pair[0]), pair => pair[1]))),
    ]);

    static Dictionary<string, string> Environment(JsonNode? node) => (node as JsonObject ?? []).ToDictionary(item => Name(item.Key), item => item.Value!.ToString());

    static string Name(string variable) => variable.Replace("__", ":", StringComparison.Ordinal);
}
