using System.CommandLine;
using System.Globalization;
using DaprMemory.Client;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem remember</c>: makes memories of the turns of a session.</summary>
internal static class RememberCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var session = SymbolRules.NewSession();
        var from = SymbolRules.NewNumber("--from", "The first turn; else all turns that have not been remembered yet.", 1);
        var to = SymbolRules.NewNumber("--to", "The last turn; else the newest.", 1);
        var role = new Option<string[]>("--role") { Description = "Only turns in this role; may be repeated.", HelpName = "ROLE" };
        var tag = new Option<string[]>("--tag") { Description = "A tag of the memories; may be repeated.", HelpName = "TAG" };
        var importance = SymbolRules.NewShare("--importance", "How much the memories matter, from 0 to 1.");
        var ttl = SymbolRules.NewNumber("--ttl", "How long the memories live, in seconds.", 1);
        var command = new Command(
            "remember",
            """
            Make memories of the turns of a session, so that `daprmem search` finds them.
            Each turn becomes one memory, however often this is done; one that was deleted comes back only when its turn is named by --from.

              daprmem remember notes monday
              daprmem remember notes monday --from 10 --to 20 --tag decision --importance 0.9
            """) { space, session, from, to, role, tag, importance, ttl };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            var name = parsed.GetRequiredValue(session);
            var options = new RememberOptions
            {
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
                Roles = parsed.GetValue(role) is { Length: > 0 } roles ? roles : null,
                Tags = parsed.GetValue(tag) is { Length: > 0 } tags ? tags : null,
                Importance = parsed.GetValue(importance),
                TimeToLive = parsed.GetValue(ttl) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            if (await client.Space(parsed.GetRequiredValue(space)).Session(name).RememberAsync(options, cancellationToken) is not { } result)
            {
                output.Complain($"no such session: {name}");
                return ExitCodes.NotFound;
            }
            Write(output, result);
            return ExitCodes.Ok;
        });
        return command;
    }

    static void Write(CommandOutput output, RememberResult result)
    {
        var known = result.Items.Count(item => item.Duplicate);
        var lost = result.Missing.Sum((TurnRange range) => range.To - range.From + 1);
        output.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Items.Count - known} remembered, {known} already there, {result.Skipped} left out, {lost} lost; up to turn {result.UpTo} of {result.Newest}"),
            json =>
            {
                json.WriteNumber("remembered", result.Items.Count - known);
                json.WriteNumber("alreadyThere", known);
                json.WriteNumber("skipped", result.Skipped);
                json.WriteNumber("lost", lost);
                json.WriteNumber("upTo", result.UpTo);
                json.WriteNumber("newest", result.Newest);
            });
    }
}
