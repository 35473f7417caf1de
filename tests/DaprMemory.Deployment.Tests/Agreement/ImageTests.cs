using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>Images as <c>dotnet publish /t:PublishContainer</c> makes them are those of the Dockerfile, and those that the chart expects.</summary>
public sealed partial class ImageTests
{
    [Theory]
    [InlineData("Router")]
    [InlineData("Service")]
    [InlineData("Curator")]
    [InlineData("Admission")]
    [InlineData("Cli")]
    public async Task Both_ways_to_an_image_give_the_same_user_port_and_base(string part)
    {
        var evaluated = JsonNode.Parse(await Command.RunAsync(
            "dotnet", "msbuild", Project.In($"src/DaprMemory.{part}/DaprMemory.{part}.csproj"), "-nologo",
            "-getProperty:ContainerRepository", "-getProperty:ContainerUser", "-getProperty:ContainerFamily", "-getProperty:ContainerImageTag", "-getProperty:Version", "-getItem:ContainerPort"))!;
        var properties = evaluated["Properties"]!;
        var dockerfile = await File.ReadAllTextAsync(Project.In("containers/Dockerfile"));

        properties.Text("ContainerRepository").ShouldBe($"daprmemory/{part.ToLowerInvariant()}");
        properties.Text("ContainerImageTag").ShouldBe(properties.Text("Version"));
        var user = Regex.Match(dockerfile, @"^USER (\d+)$", RegexOptions.Multiline).Groups[1].Value;
        properties.Text("ContainerUser").ShouldBe(user);
        Base().Match(dockerfile).Groups[1].Value.ShouldBe(properties.Text("ContainerFamily"));
        evaluated["Items"]!["ContainerPort"].Items().ShouldHaveSingleItem().Text("Identity").ShouldBe("8080");
        dockerfile.ShouldContain("EXPOSE 8080");
        dockerfile.ShouldContain("-p:OfficialSdks=true");
        // As Kubernetes runs them.
        foreach (var pod in (await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"))).Pods())
            pod["spec"]!["securityContext"]!.Text("runAsUser").ShouldBe(user);
    }

    [GeneratedRegex(@"aspnet:\$\{DOTNET\}-(\S+)")]
    private static partial Regex Base();
}
