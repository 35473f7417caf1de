using System.CommandLine;
using DaprMemory.Client;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem rm</c>: deletes one record.</summary>
internal static class RemoveCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var key = SymbolRules.NewKey();
        var ifMatch = PreconditionOptions.NewIfMatch();
        var command = new Command(
            "rm",
            """
            Delete a record. Earlier versions of it can still be read (get --at).

              daprmem rm notes plan
              daprmem rm notes plan --if-match 3.0

            Exit code 3: there is no such record. 4: the precondition does not hold.
            """) { space, key, ifMatch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var options = new WriteOptions { IfMatch = PreconditionOptions.Parse(parsed.GetValue(ifMatch)) };
            var result = await client.Space(parsed.GetRequiredValue(space)).DeleteAsync(parsed.GetRequiredValue(key), options, cancellationToken);
            return connection.Output(parsed).Write(result, parsed.GetRequiredValue(key), "deleted");
        });
        return command;
    }
}
