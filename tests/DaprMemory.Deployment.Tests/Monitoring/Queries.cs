using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Monitoring;

/// <summary>The expressions of alerts and dashboards.</summary>
internal static partial class Queries
{
    public static string AlertsFile { get; } = Path.Combine(Project.Chart, "files", "alerts.yaml");

    /// <summary>Alerts by name.</summary>
    public static Dictionary<string, string> Alerts() => Yaml.Read(AlertsFile)["groups"].Items()
        .SelectMany(group => group["rules"].Items())
        .ToDictionary(rule => rule.Text("alert")!, rule => rule.Text("expr")!.Trim());

    /// <summary>Alerts by name, with a value for each series, fired or not.</summary>
    public static Dictionary<string, string> AlertValues() => Alerts().ToDictionary(alert => alert.Key, alert => Comparison().Replace(alert.Value, ">= bool 0"));

    /// <summary>Panels' expressions by title, with Grafana's variables filled in.</summary>
    public static (string Panel, string Expression)[] Panels() =>
    [
        .. from file in Directory.GetFiles(Path.Combine(Project.Chart, "files", "dashboards"), "*.json")
           from panel in JsonNode.Parse(File.ReadAllText(file))!["panels"].Items()
           from target in panel["targets"].Items()
           select ($"{panel.Text("title")} {target.Text("refId")}",
               target.Text("expr")!.Replace("$namespace", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "1m", StringComparison.Ordinal)),
    ];

    /// <summary>The metrics that an expression is about, as instruments are named: of a histogram, the histogram.</summary>
    public static IEnumerable<string> MetricsIn(string expression) =>
        Metric().Matches(expression).Select(match => HistogramPart().Replace(match.Value, "")).Distinct();

    [GeneratedRegex(@"(>=|>|<=|<)\s*[0-9.]+")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\bmemory_(node|router)_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
