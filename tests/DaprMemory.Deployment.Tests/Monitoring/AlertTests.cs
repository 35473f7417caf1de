using System.Text.RegularExpressions;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Monitoring;

/// <summary>Alerts over made-up series, and the names in alerts and dashboards.</summary>
public sealed partial class AlertTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-alerts").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rules_are_well_formed_and_fire_when_they_must_and_only_then()
    {
        await Tools.GetAsync();
        await Command.RunAsync("promtool", "check", "rules", Queries.AlertsFile);

        var result = await TestAsync(await File.ReadAllTextAsync(Queries.AlertsFile));

        result.ExitCode.ShouldBe(0, result.All);
    }

    [Fact]
    public async Task Alert_that_never_fires_or_always_does_fails_its_test()
    {
        await Tools.GetAsync();
        var rules = await File.ReadAllTextAsync(Queries.AlertsFile);
        foreach (var alert in Queries.Alerts().Keys)
        {
            foreach (var expression in (string[])["vector(1) < 0", "vector(1)"])
            {
                var broken = new Regex($@"(alert: {alert}\n +expr: )\|\n(?: {{10,}}.*\n)+").Replace(rules, $"$1{expression}\n");
                broken.ShouldNotBe(rules);
                (await TestAsync(broken)).ExitCode.ShouldNotBe(0, $"{alert}: {expression}");
            }
        }
    }

    [Fact]
    public void Every_alert_says_what_is_wrong_and_what_to_do()
    {
        foreach (var rule in Yaml.Read(Queries.AlertsFile)["groups"].Items().SelectMany(group => group["rules"].Items()))
        {
            rule["labels"]!.Text("severity").ShouldBeOneOf("warning", "critical");
            foreach (var annotation in (string[])["summary", "description", "runbook"])
                rule["annotations"]!.Text(annotation).ShouldNotBeNullOrWhiteSpace(rule.Text("alert"));
        }
    }

    [Fact]
    public void Every_metric_is_one_that_the_code_counts()
    {
        var known = Instruments();
        known.ShouldContain("memory_node_commits");

        var used = Queries.Alerts().Values.Concat(Queries.Panels().Select(panel => panel.Expression)).SelectMany(Queries.MetricsIn).Distinct().ToArray();

        used.Length.ShouldBeGreaterThan(15);
        used.Except(known).ShouldBeEmpty();
    }

    Task<Command.Result> TestAsync(string rules)
    {
        File.WriteAllText(Path.Combine(_folder, "alerts.yaml"), rules);
        var test = Path.Combine(_folder, "alerts.test.yaml");
        File.Copy(Path.Combine(Project.Tests, "Monitoring", "alerts.test.yaml"), test, overwrite: true);
        return Command.TryAsync("promtool", "test", "rules", test);
    }

    // The code's own words: a counter that has not counted is on no page.
    static string[] Instruments() =>
    [
        .. from file in Directory.EnumerateFiles(Project.In("src"), "*Instruments.cs", SearchOption.AllDirectories)
           let meter = file.Contains("DaprMemory.Router", StringComparison.Ordinal) ? "memory_router" : "memory_node"
           from Match instrument in Instrument().Matches(File.ReadAllText(file))
           select $"{meter}_{instrument.Groups[1].Value}",
    ];

    [GeneratedRegex(@"\.Create(?:Counter|UpDownCounter|Histogram|ObservableGauge|Gauge)(?:<\w+>)?\(\s*""([a-z_]+)""")]
    private static partial Regex Instrument();
}
