using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Commands;

[Collection(SharedCluster.Name)]
public sealed class TurnsCommandTests(ClusterFixture cluster)
{
    readonly string _space = ClusterFixture.NewSpace();

    [Fact]
    public async Task Turns_that_were_added_are_printed_in_order()
    {
        (await cluster.RunAsync("turns", _space, "monday", "--add", "Shall we begin?")).Output.ShouldBe("turn 1\n");
        (await cluster.RunAsync("turns", _space, "monday", "--add", "line one\nline\ttwo", "--role", "assistant")).Output.ShouldBe("turn 2\n");

        var all = await cluster.RunAsync("turns", _space, "monday");
        all.Lines.Select(line => line.Split('\t')).Select(c => (c[0], c[2], c[3], c[4])).ShouldBe(
            [("1", "tester", "user", "Shall we begin?"), ("2", "tester", "assistant", "line one line two")]);
        var last = await cluster.RunAsync("turns", _space, "monday", "--last", "1", "--json");
        JsonDocument.Parse(last.Lines.Single()).RootElement.GetProperty("text").GetString().ShouldBe("line one\nline\ttwo");
    }

    [Fact]
    public async Task What_is_cut_off_comes_as_a_summary()
    {
        for (var i = 1; i <= 3; i++)
            await cluster.RunAsync("turns", _space, "s", "--add", $"The code of door {i} is {i}{i}{i}.");

        var cut = await cluster.RunAsync("turns", _space, "s", "--max-tokens", "8", "--compact");
        cut.Lines[0].ShouldBe("1-2\t(extractive) tester: The code of door 1 is 111. tester: The code of door 2 is 222.");
        cut.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Sessions_are_listed()
    {
        await cluster.RunAsync("turns", _space, "b", "--add", "x");
        await cluster.RunAsync("turns", _space, "a", "--add", "x");

        (await cluster.RunAsync("turns", _space)).Lines.Select(line => line.Split('\t')[0]).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_exit_code_3() =>
        (await cluster.RunAsync("turns", _space, "none")).ExitCode.ShouldBe(ExitCodes.NotFound);

    [Theory]
    [InlineData("s", "--compact")]
    [InlineData("a@b")]
    [InlineData("s", "--last", "0")]
    [InlineData("s", "--add", "x", "--last", "1")]
    [InlineData("--last", "1")]
    public async Task Arguments_that_make_no_sense_are_exit_code_2(params string[] args) =>
        (await cluster.RunAsync(["turns", _space, .. args])).ExitCode.ShouldBe(ExitCodes.Usage);
}
