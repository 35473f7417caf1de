using System.CommandLine;
using System.Text;
using DaprMemory.Client;
using DaprMemory.Core.State;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem put</c>: sets one value.</summary>
internal static class PutCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var key = SymbolRules.NewKey();
        var value = new Argument<string>("VALUE") { Description = "One JSON value; - reads it from standard input, @FILE from a file." };
        var ifMatch = PreconditionOptions.NewIfMatch();
        var ifNoneMatch = new Option<bool>("--if-none-match") { Description = "Only if there is no such record." };
        var ttl = SymbolRules.NewNumber("--ttl", "The record ceases to exist after so many seconds.", 1);
        var tags = new Option<string?>("--tags") { Description = "The record's tags.", HelpName = "a,b" };
        var command = new Command(
            "put",
            """
            Set a record to a JSON value.
            Text needs JSON's quotes; a value that begins with a minus sign comes after --.

              daprmem put notes plan '{"step":1}'
              daprmem put notes motto '"festina lente"' --tags style --ttl 3600
              daprmem put notes plan @plan.json --if-match 3.0
              generate | daprmem put notes plan - --if-none-match
              daprmem put notes balance -- -5

            Exit code 4: the precondition does not hold.
            """) { space, key, value, ifMatch, ifNoneMatch, ttl, tags };
        command.Validators.Add(result =>
        {
            if (result.GetResult(ifMatch) is { Implicit: false } && result.GetResult(ifNoneMatch) is { Implicit: false })
                result.AddError("--if-match and --if-none-match exclude each other.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var bytes = await ReadValueAsync(parsed.GetRequiredValue(value), cancellationToken);
            var options = new WriteOptions
            {
                IfMatch = PreconditionOptions.Parse(parsed.GetValue(ifMatch)),
                IfAbsent = parsed.GetValue(ifNoneMatch),
                TimeToLive = parsed.GetValue(ttl) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Tags = parsed.GetValue(tags)?.Split(',', StringSplitOptions.RemoveEmptyEntries),
            };
            var output = connection.Output(parsed);
            try
            {
                var result = await client.Space(parsed.GetRequiredValue(space)).PutAsync(parsed.GetRequiredValue(key), bytes, options, cancellationToken);
                return output.Write(result, parsed.GetRequiredValue(key), "replaced");
            }
            catch (MemoryException e) when (e.Type == ProblemTypes.InvalidJson)
            {
                output.Complain($"{e.Message}. A text needs JSON's quotes, and those the shell's: '\"hello\"'");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    static async Task<byte[]> ReadValueAsync(string value, CancellationToken cancellationToken)
    {
        if (value.StartsWith('@'))
            return await File.ReadAllBytesAsync(value[1..], cancellationToken);
        if (value != "-")
            return Encoding.UTF8.GetBytes(value);
        await using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
