using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>What <c>-p:OfficialSdks=true</c> builds with, as MSBuild sees it. That the code compiles against those packages' signatures is the public surface's test.</summary>
public sealed partial class OfficialSdksTests
{
    static readonly (string Namespace, string Package)[] Packages =
        [("Dapr.Client", "Dapr.AspNetCore"), ("Dapr.Actors", "Dapr.Actors.AspNetCore"), ("Prometheus", "prometheus-net.AspNetCore")];

    public static TheoryData<string> Projects() =>
    [
        .. Directory.GetDirectories(Project.In("src")).Select(folder => Path.GetFileName(folder)!)
            .Where(name => !name.StartsWith("DaprMemory.Sdk.", StringComparison.Ordinal) && File.Exists(Project.In($"src/{name}/{name}.csproj"))),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Switch_replaces_our_subsets_by_the_official_packages_that_a_project_uses(string project)
    {
        var ours = await EvaluateAsync(project, isOfficial: false);
        var official = await EvaluateAsync(project, isOfficial: true);

        official.Projects.ShouldNotContain(path => path.Contains("DaprMemory.Sdk.", StringComparison.Ordinal));
        // Each has one exact version, which is what a restore asks for.
        foreach (var package in official.Packages)
            official.Versions.ShouldContainKey(package);
        official.Versions.Values.ShouldAllBe(version => ExactVersion().IsMatch(version));
        foreach (var (name, package) in Packages)
        {
            ours.Packages.ShouldNotContain(package);
            if (Uses(project, name))
                official.Packages.ShouldContain(package, $"{project} uses {name}");
        }
    }

    static bool Uses(string project, string name) =>
        Directory.EnumerateFiles(Project.In($"src/{project}"), "*.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadLines(file).Any(line => line.StartsWith($"using {name}", StringComparison.Ordinal)));

    static async Task<Evaluation> EvaluateAsync(string project, bool isOfficial)
    {
        var output = await Command.RunAsync(
            "dotnet", "msbuild", Project.In($"src/{project}/{project}.csproj"), $"-p:OfficialSdks={isOfficial}", "-nologo",
            "-getItem:PackageReference", "-getItem:PackageVersion", "-getItem:ProjectReference");
        var items = JsonNode.Parse(output)!["Items"]!;
        return new Evaluation(
            [.. items["PackageReference"].Items().Select(item => item.Text("Identity")!)],
            items["PackageVersion"].Items().ToDictionary(item => item.Text("Identity")!, item => item.Text("Version")!),
            [.. items["ProjectReference"].Items().Select(item => item.Text("Identity")!)]);
    }

    sealed record Evaluation(string[] Packages, Dictionary<string, string> Versions, string[] Projects);

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex ExactVersion();
}
