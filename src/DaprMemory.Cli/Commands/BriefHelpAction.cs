using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DaprMemory.Cli.Commands;

/// <summary>Help in which a list of commands has one line for each; a command's examples stand in its own help.</summary>
internal sealed class BriefHelpAction(HelpAction full) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => full.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var command in parseResult.CommandResult.Command.Subcommands)
            command.Description = command.Description?.Split('\n')[0].TrimEnd();
        return full.Invoke(parseResult);
    }
}
