using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Commands;

[Collection(SharedCluster.Name)]
public sealed class SearchCommandTests(ClusterFixture cluster)
{
    readonly string _space = ClusterFixture.NewSpace();

    [Fact]
    public async Task What_was_remembered_is_found_with_who_when_and_why()
    {
        foreach (var text in new[] { "The hotel in Lisbon is booked.", "Fine weather today.", "Bring the red umbrella." })
            await cluster.RunAsync("turns", _space, "monday", "--add", text);
        (await cluster.RunAsync("remember", _space, "monday", "--tag", "trip")).Output.ShouldBe("3 remembered, 0 already there, 0 left out, 0 lost; up to turn 3 of 3\n");
        (await cluster.RunAsync("remember", _space, "monday", "--from", "2", "--json")).Output
            .ShouldBe("""{"remembered":0,"alreadyThere":2,"skipped":0,"lost":0,"upTo":3,"newest":3}""" + "\n");

        var found = await cluster.RunAsync("search", _space, "which", "hotel?", "--limit", "1", "--tag", "trip", "--session", "monday", "--context", "1");
        found.ExitCode.ShouldBe(ExitCodes.Ok, found.Error);
        var hit = found.Lines[0].Split('\t');
        double.Parse(hit[0]).ShouldBeGreaterThan(0);
        (hit[1], hit[3]).ShouldBe(("tester", "The hotel in Lisbon is booked."));
        hit[4].ShouldContain("keyword");
        found.Lines[1].ShouldStartWith("\ttester\t");
        found.Lines[1].ShouldEndWith("Fine weather today.");

        var json = JsonDocument.Parse((await cluster.RunAsync("search", _space, "umbrella", "--mode", "keyword", "--json")).Lines[0]).RootElement;
        json.GetProperty("memory").GetProperty("source").GetRawText().ShouldBe("""{"session":"monday","turn":3}""");
        (await cluster.RunAsync("search", _space, "umbrella", "--tag", "other")).Output.ShouldBe("");
    }

    [Fact]
    public async Task Several_spaces_are_searched_together()
    {
        var other = ClusterFixture.NewSpace();
        foreach (var space in new[] { _space, other })
        {
            await cluster.RunAsync("turns", space, "s", "--add", $"The umbrella of {space} is red.");
            await cluster.RunAsync("remember", space, "s");
        }

        var found = await cluster.RunAsync("search", _space, "umbrella", "--also", other);
        found.ExitCode.ShouldBe(ExitCodes.Ok, found.Error);
        found.Lines.Select(line => line.Split('\t')).Select(hit => (hit[0], hit[4])).Order()
            .ShouldBe(new[] { _space, other }.Select(space => (space, $"The umbrella of {space} is red.")).Order());
        (await cluster.RunAsync("search", _space, "umbrella", "--also", "a b")).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_exit_code_3() =>
        (await cluster.RunAsync("remember", _space, "none")).ExitCode.ShouldBe(ExitCodes.NotFound);

    [Theory]
    [InlineData("search", "notes")]
    [InlineData("search", "notes", "x", "--mode", "magic")]
    [InlineData("search", "notes", "x", "--limit", "101")]
    [InlineData("search", "a b", "x")]
    [InlineData("remember", "notes")]
    [InlineData("remember", "notes", "..")]
    [InlineData("remember", "notes", "s", "--from", "0")]
    [InlineData("remember", "notes", "s", "--importance", "2")]
    public async Task Arguments_that_make_no_sense_are_exit_code_2(params string[] args) =>
        (await cluster.RunAsync(args)).ExitCode.ShouldBe(ExitCodes.Usage);
}
