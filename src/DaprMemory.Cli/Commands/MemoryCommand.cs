using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net;
using DaprMemory.Cli.Bench;
using DaprMemory.Cli.Identity;
using DaprMemory.Cli.Import;
using DaprMemory.Cli.Models;
using DaprMemory.Cli.Torture;
using DaprMemory.Cli.Tune;
using DaprMemory.Cli.Up;
using DaprMemory.Client;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem</c>: the commands, a list of them.</summary>
internal static class MemoryCommand
{
    // Longer than a service may take to finish what it has taken, so that Ctrl+C never cuts that off.
    static readonly TimeSpan TerminationTimeout = TimeSpan.FromMinutes(1);

    public static RootCommand Create()
    {
        var connection = new ConnectionOptions();
        var root = new RootCommand(
            """
            Shared memory for fleets of AI agents.

              daprmem up                                   the whole system on this machine
              daprmem put notes plan '{"step":1}'          set a record
              daprmem get notes plan                       read it back

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 a precondition does not hold, 5 not available.
            """);
        connection.AddTo(root);
        root.Subcommands.Add(UpCommand.Create(connection));
        root.Subcommands.Add(TokenCommand.Create(connection));
        root.Subcommands.Add(GetCommand.Create(connection));
        root.Subcommands.Add(PutCommand.Create(connection));
        root.Subcommands.Add(RemoveCommand.Create(connection));
        root.Subcommands.Add(ListCommand.Create(connection));
        root.Subcommands.Add(LogCommand.Create(connection));
        root.Subcommands.Add(TurnsCommand.Create(connection));
        root.Subcommands.Add(ImportCommand.Create(connection));
        root.Subcommands.Add(TuneCommand.Create(connection));
        root.Subcommands.Add(ModelCommand.Create(connection));
        root.Subcommands.Add(BenchCommand.Create(connection));
        root.Subcommands.Add(TortureCommand.Create());
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new BriefHelpAction((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Parses and runs; gives the exit code.</summary>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        // Off: an argument that begins with @ names a value's file, not a file of arguments.
        var parsed = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
        };
        try
        {
            if (parsed.Action is not ParseErrorAction mistaken)
                return await parsed.InvokeAsync(invocation);
            // All of the help would hide what is wrong.
            mistaken.ShowHelp = false;
            invocation.Output = error;
            await parsed.InvokeAsync(invocation);
            await error.WriteLineAsync($"Try 'daprmem {Path(parsed.CommandResult)}--help'.");
            return ExitCodes.Usage;
        }
        catch (MemoryException e)
        {
            await error.WriteLineAsync(e.Message);
            if (e.Outcome == "unknown")
                await error.WriteLineAsync("Whether it was written is not known.");
            if (e.Status == HttpStatusCode.Unauthorized)
                await error.WriteLineAsync("Name a token by --token or DAPRMEMORY_TOKEN, or the data folder of `daprmem up` by --data or DAPRMEMORY_DATA.");
            return e.IsUnavailable ? ExitCodes.Unavailable : ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Stopped.");
            return ExitCodes.Failed;
        }
    }

    static string Path(CommandResult result) => result.Command is RootCommand ? "" : $"{result.Command.Name} ";
}
