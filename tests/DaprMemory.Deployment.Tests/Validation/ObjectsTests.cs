using System.Text.Json;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Validation;

/// <summary>Every object against the types of Kubernetes, Dapr, the Prometheus operator, the Gateway API and Grafana.</summary>
public sealed class ObjectsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-objects").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Everything_that_is_rendered_or_lies_in_a_file_is_valid()
    {
        var files = new List<string>();
        foreach (var values in Project.ValueFiles)
        {
            foreach (var version in (string[])["1.20.2", "1.22.0", "1.31.0"])
            {
                var file = Path.Combine(_folder, $"{Path.GetFileNameWithoutExtension(values)}-{version}.yaml");
                await File.WriteAllTextAsync(file, await Helm.TemplateAsync(values, 3, "--kube-version", version));
                files.Add(file);
            }
        }
        files.AddRange(Directory.GetFiles(Project.In("components"), "*.yaml", SearchOption.AllDirectories));
        files.AddRange(Directory.GetFiles(Path.Combine(Project.Chart, "files", "dashboards"), "*.json"));

        (await ValidateAsync([.. files])).ShouldBeEmpty();
    }

    [Theory]
    // A field that is not there, deep inside; a value of another type; one that is required; a kind that is not there.
    [InlineData("terminationGracePeriodSeconds: 60", "terminationGraceSeconds: 60", "terminationGraceSeconds")]
    [InlineData("maxUnavailable: 0", "maxUnavailable: {}", "maxUnavailable")]
    [InlineData("mountPath: /tmp", "mounthPath: /tmp", "mounthPath")]
    [InlineData("  strategy:", "  strategie:", "strategie")]
    [InlineData("kind: HorizontalPodAutoscaler", "kind: VerticalPodAutoscaler", "there is no VerticalPodAutoscaler")]
    [InlineData("honorLabels: true", "honourLabels: true", "honourLabels")]
    // Dapr's.
    [InlineData("defaultAction: deny", "defaultaction: deny", "defaultaction")]
    [InlineData("secretStore: kubernetes", "secretstore: kubernetes", "secretstore")]
    [InlineData("maxRetries: 5", "maxRetries: five", "maxRetries")]
    [InlineData("scopes:", "scope:", "\"scope\"")]
    public async Task What_is_wrong_is_found(string right, string wrong, string problem)
    {
        var text = await Helm.TemplateAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        text.ShouldContain(right);
        var file = Path.Combine(_folder, "wrong.yaml");
        await File.WriteAllTextAsync(file, text.Replace(right, wrong, StringComparison.Ordinal));

        (await ValidateAsync(file)).ShouldContain(found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_with_a_dashboard_is_found()
    {
        var file = Path.Combine(_folder, "wrong.json");
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Project.Chart, "files", "dashboards", "daprmemory.json"));
        await File.WriteAllTextAsync(file, dashboard.Replace("\"gridPos\"", "\"gridPosition\"", StringComparison.Ordinal));

        (await ValidateAsync(file)).ShouldNotBeEmpty();
    }

    static async Task<string[]> ValidateAsync(params string[] files)
    {
        var output = await Command.RunAsync("node", [Path.Combine(Project.Tests, "Validation", "validate.mjs"), await Tools.GetAsync(), .. files]);
        using var problems = JsonDocument.Parse(output);
        return [.. problems.RootElement.EnumerateArray().Select(found => $"{found.GetProperty("file")} {found.GetProperty("object")}: {found.GetProperty("problem")}")];
    }
}
