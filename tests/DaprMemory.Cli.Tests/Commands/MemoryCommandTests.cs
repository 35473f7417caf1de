using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Commands;

public sealed class MemoryCommandTests
{
    [Theory]
    [InlineData("get")]
    [InlineData("get a")]
    [InlineData("nonsense")]
    [InlineData("get a b --at x")]
    [InlineData("get a b --consistency weak")]
    [InlineData("get .. b")]
    [InlineData("get a b/../c")]
    [InlineData("put a b 1 --if-match 3")]
    [InlineData("put a b 1 --if-match 3.0 --if-none-match")]
    [InlineData("put a b 1 --ttl 0")]
    [InlineData("ls a --limit 0")]
    [InlineData("get a b --url nonsense")]
    [InlineData("get a b --tenant NO")]
    [InlineData("import")]
    [InlineData("import a/b file")]
    [InlineData("import a b c")]
    [InlineData("up --port 70000")]
    [InlineData("up --shards 0")]
    [InlineData("token --scope memory:all")]
    [InlineData("token --life 0s")]
    [InlineData("token --life 1w")]
    [InlineData("token --life 367d")]
    [InlineData("model")]
    [InlineData("model add gpt")]
    [InlineData("tune a")]
    [InlineData("tune .. --questions x")]
    [InlineData("bench retrieval")]
    [InlineData("bench retrieval --data . --model nowhere")]
    public async Task Wrong_usage_is_said_on_standard_error_with_exit_code_2(string line)
    {
        var run = await CommandRun.StartAsync(line.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Usage);
        run.Error.ShouldContain("--help");
        run.Output.Trim().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("get")]
    [InlineData("put")]
    [InlineData("rm")]
    [InlineData("ls")]
    [InlineData("log")]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("verify")]
    [InlineData("up")]
    [InlineData("model")]
    [InlineData("bench")]
    [InlineData("remember")]
    [InlineData("search")]
    [InlineData("tune")]
    [InlineData("token")]
    public async Task Help_of_a_command_shows_examples(string name)
    {
        var run = await CommandRun.StartAsync(name, "--help");

        run.ExitCode.ShouldBe(ExitCodes.Ok);
        run.Output.ShouldContain($"  daprmem {name} ");
    }

    [Fact]
    public async Task Help_lists_each_command_on_one_line_and_the_exit_codes()
    {
        var run = await CommandRun.StartAsync("--help");

        var commands = run.Lines.SkipWhile(l => !l.StartsWith("Commands", StringComparison.Ordinal)).Skip(1).ToArray();
        commands.Length.ShouldBe(17);
        run.Output.ShouldContain("5 not available");
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_exit_code_5()
    {
        var run = await CommandRun.StartAsync("get", "a", "b", "--url", "http://127.0.0.1:1");

        run.ExitCode.ShouldBe(ExitCodes.Unavailable);
        run.Error.ShouldContain("http://127.0.0.1:1");
    }
}
