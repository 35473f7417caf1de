using DaprMemory.Cli.Commands;

namespace DaprMemory.Cli.Tests.Support;

/// <summary>What a command line said, and how it ended.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<CommandRun> StartAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await MemoryCommand.InvokeAsync(args, output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
