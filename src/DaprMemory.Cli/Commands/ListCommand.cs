using System.CommandLine;
using System.Globalization;
using DaprMemory.Client;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem ls</c>: the records of a space.</summary>
internal static class ListCommand
{
    const int PageSize = 1000;

    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var prefix = new Option<string>("--prefix") { Description = "Only keys that begin with this.", HelpName = "P", DefaultValueFactory = _ => "" };
        var limit = SymbolRules.NewNumber("--limit", "At most so many; else all.", 1);
        var at = SymbolRules.NewNumber("--at", "The version to list at; else the newest.", 0);
        var command = new Command(
            "ls",
            """
            List the records of a space in the order of their keys.
            Key, ETag, tags, expiry, with tabs between them.

              daprmem ls notes
              daprmem ls notes --prefix plans/ --limit 20
              daprmem ls notes --at 12 --json
            """) { space, prefix, limit, at };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            var most = parsed.GetValue(limit) ?? long.MaxValue;
            var options = new ListOptions
            {
                Prefix = parsed.GetRequiredValue(prefix),
                At = parsed.GetValue(at),
                PageSize = (int)Math.Min(most, PageSize),
            };
            var listed = 0L;
            await foreach (var entry in client.Space(parsed.GetRequiredValue(space)).ListAsync(options, cancellationToken))
            {
                Write(output, entry);
                if (++listed == most)
                    break;
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    static void Write(CommandOutput output, RecordEntry entry)
    {
        var expires = entry.ExpiresAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        output.Write($"{entry.Key}\t{entry.ETag}\t{string.Join(',', entry.Tags)}\t{expires}".TrimEnd('\t'), json =>
        {
            json.WriteString("key", entry.Key);
            json.WriteString("etag", entry.ETag.ToString());
            if (entry.Tags.Count > 0)
            {
                json.WriteStartArray("tags");
                foreach (var tag in entry.Tags)
                    json.WriteStringValue(tag);
                json.WriteEndArray();
            }
            if (expires is not null)
                json.WriteString("expiresAt", expires);
        });
    }
}
