using System.CommandLine;
using System.Globalization;
using DaprMemory.Client;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem log</c>: the commits of a space.</summary>
internal static class LogCommand
{
    const int PageSize = 256;
    const int KeysShown = 8;

    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var after = SymbolRules.NewNumber("--after", "Begin behind this commit.", 0);
        var limit = SymbolRules.NewNumber("--limit", "At most so many; else all.", 1);
        var command = new Command(
            "log",
            """
            Print the commits of a space, oldest first.
            Number, time, who, and the keys changed (deleted ones with a minus sign), with tabs between them.

              daprmem log notes
              daprmem log notes --after 100 --limit 10
              daprmem log notes --json                  the commits as they stand in the log
            """) { space, after, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            var most = parsed.GetValue(limit) ?? long.MaxValue;
            var listed = 0L;
            await foreach (var commit in client.Space(parsed.GetRequiredValue(space))
                .CommitsAsync(parsed.GetValue(after) ?? 0, (int)Math.Min(most, PageSize), cancellationToken))
            {
                Write(output, commit);
                if (++listed == most)
                    break;
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    static void Write(CommandOutput output, MemoryCommit commit)
    {
        var at = commit.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var by = string.Join(',', commit.Entries.Select(e => e.By).Distinct(StringComparer.Ordinal));
        var keys = commit.Entries.SelectMany(e => e.Changes).Select(c => c.Deleted ? $"-{c.Key}" : c.Key).ToArray();
        var more = keys.Length > KeysShown ? $" … {keys.Length - KeysShown} more" : "";
        output.Write($"{commit.Number}\t{at}\t{by}\t{string.Join(' ', keys.Take(KeysShown))}{more}", json =>
        {
            foreach (var member in commit.Json.EnumerateObject())
                member.WriteTo(json);
        });
    }
}
