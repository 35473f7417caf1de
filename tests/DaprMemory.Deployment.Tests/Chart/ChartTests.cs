using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Chart;

/// <summary>The chart as Helm sees it.</summary>
public sealed class ChartTests
{
    public static IEnumerable<object[]> Installations() =>
        from version in (int[])[3, 4] from values in Project.ValueFiles select (object[])[version, Path.GetFileName(values)];

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task Chart_passes_lint(int version, string values)
    {
        var output = await Command.RunAsync(await Helm.PathAsync(version), "lint", "--strict", "--quiet", Project.Chart, "-f", Path.Combine(Project.Chart, "ci", values));

        output.ShouldNotContain("[WARNING]");
    }

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task Both_versions_of_helm_render_the_same(int version, string values)
    {
        var path = Path.Combine(Project.Chart, "ci", values);

        Documents(await Helm.TemplateAsync(path, version)).ShouldBe(Documents(await Helm.TemplateAsync(path)));

        // They sort kinds that they don't know differently.
        static string[] Documents(string text) => [.. text.Split("\n---\n").Select(document => document.Trim()).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Package_renders_like_the_folder(int version)
    {
        var folder = Directory.CreateTempSubdirectory("daprmemory-chart");
        try
        {
            var helm = await Helm.PathAsync(version);
            await Command.RunAsync(helm, "package", Project.Chart, "-d", folder.FullName);
            var package = folder.GetFiles("daprmemory-*.tgz").Single().FullName;
            foreach (var values in Project.ValueFiles)
            {
                var rendered = await Command.RunAsync(helm, ["template", "daprmemory", package, "-n", Helm.Namespace, "-f", values, .. Helm.WithOperators]);
                rendered.ShouldBe(await Helm.TemplateAsync(values, version));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("small-values.yaml", "identity.mode is Insecure")]
    [InlineData("small-values.yaml", "admission.enabled is false")]
    [InlineData("small-values.yaml", "networkPolicy.enabled is false")]
    [InlineData("small-values.yaml", "shards.count is 1")]
    [InlineData("apps-values.yaml", "admission.failurePolicy is Ignore")]
    [InlineData("apps-values.yaml", "tests.tokenSecret is empty")]
    [InlineData("oidc-values.yaml", "Sessions live in Redis alone")]
    public async Task Notes_warn_of_dangerous_values_and_say_the_next_command(string values, string warning)
    {
        var notes = await NotesAsync(values);

        notes.ShouldContain(warning);
        notes.ShouldContain("helm -n memory test daprmemory");
    }

    [Fact]
    public async Task Notes_do_not_cry_wolf()
    {
        var notes = await NotesAsync("oidc-values.yaml");

        notes.ShouldNotContain("Insecure");
        notes.ShouldNotContain("is false");
        notes.ShouldNotContain("shards.count");
    }

    // Helm prints them only where there is a cluster. Here they are rendered into an object of a copy of the chart.
    static async Task<string> NotesAsync(string values)
    {
        var folder = Directory.CreateTempSubdirectory("daprmemory-notes");
        try
        {
            var copy = Path.Combine(folder.FullName, "daprmemory");
            await Command.RunAsync("cp", "-r", Project.Chart, copy);
            await File.WriteAllTextAsync(
                Path.Combine(copy, "templates", "notes.yaml"),
                """
                kind: ConfigMap
                data:
                  notes: {{ include (print .Template.BasePath "/NOTES.txt") . | quote }}
                """);
            var output = await Command.RunAsync(
                await Helm.PathAsync(3), "template", "daprmemory", copy, "-n", Helm.Namespace, "-f", Path.Combine(copy, "ci", values), "--show-only", "templates/notes.yaml");
            return Yaml.ReadAll(output).Single()["data"]!.Text("notes")!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
