using System.CommandLine;
using System.Text;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem get</c>: one value.</summary>
internal static class GetCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var key = SymbolRules.NewKey();
        var at = SymbolRules.NewNumber("--at", "The version to read at; else the newest.", 0);
        var consistency = new Option<ConsistencyLevel?>("--consistency")
        {
            Description = "session: at least what was seen. strong: checked against the log.",
            HelpName = "session|strong",
        };
        var command = new Command(
            "get",
            """
            Print a record's value, byte for byte as it was put.

              daprmem get notes plan
              daprmem get notes plan --at 12            as it was at version 12
              daprmem get notes plan --json             with its ETag and version

            Exit code 3: there is no such record.
            """) { space, key, at, consistency };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            var options = new ReadOptions { At = parsed.GetValue(at), Consistency = parsed.GetValue(consistency) };
            var record = await client.Space(parsed.GetRequiredValue(space)).GetAsync(parsed.GetRequiredValue(key), options, cancellationToken);
            if (record is null)
            {
                output.Complain($"There is no {parsed.GetRequiredValue(key)}.");
                return ExitCodes.NotFound;
            }
            output.Write(Encoding.UTF8.GetString(record.Value.Span), json =>
            {
                json.WriteString("key", record.Key);
                json.WriteString("etag", record.ETag.ToString());
                json.WriteNumber("version", record.Version);
                json.WriteString("source", record.Source);
                json.WritePropertyName("value");
                using var value = System.Text.Json.JsonDocument.Parse(record.Value, new() { MaxDepth = 1024 });
                value.WriteTo(json);
            });
            return ExitCodes.Ok;
        });
        return command;
    }
}
