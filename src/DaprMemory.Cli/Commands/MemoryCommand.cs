using System.CommandLine;
using DaprMemory.Cli.Bench;
using DaprMemory.Cli.Up;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem</c>: the commands, a list of them.</summary>
internal static class MemoryCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            Shared memory for fleets of AI agents.

              daprmem up                                   the whole system on this machine
              daprmem put notes plan '{"step":1}'          set a record
              daprmem get notes plan                       read it back

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 a precondition does not hold, 5 not available.
            """);
        root.Subcommands.Add(UpCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        return root;
    }
}
