using System.CommandLine;
using System.Text;
using System.Text.Json;
using DaprMemory.Cli.Commands;

namespace DaprMemory.Cli.Audit;

/// <summary><c>daprmem export</c>: a space's commits, byte for byte, to be kept and verified elsewhere.</summary>
internal static class ExportCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var log = new LogSelection(connection);
        var file = new Option<string?>("--out") { Description = "The file; one that is there is continued behind its last whole commit.", HelpName = "FILE" };
        var command = new Command(
            "export",
            """
            Write the commits of a space, oldest first, byte for byte as they stand in the log, with a line feed behind each.

              daprmem export notes --out notes.jsonl       again, later: goes on where it ended
              daprmem export notes | gzip > notes.jsonl.gz
              daprmem verify notes --file notes.jsonl
            """) { file };
        log.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            if (parsed.GetValue(file) is not { } path)
            {
                await foreach (var commit in log.ReadAsync(client, parsed, after: 0, cancellationToken))
                    await parsed.InvocationConfiguration.Output.WriteAsync(Encoding.UTF8.GetString(commit.Span) + "\n");
                return ExitCodes.Ok;
            }
            await using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var (last, hash) = await ResumeAsync(stream, path, cancellationToken);
            var (written, bytes) = (0L, 0L);
            await foreach (var commit in log.ReadAsync(client, parsed, last, cancellationToken))
            {
                if (written == 0 && hash is not null && MemberOf(commit, "prev") != hash)
                    throw new IOException($"{path} ends with another commit {last} than the log of {log.Id(parsed)} has: it is of another space, or changed. Nothing was written.");
                await stream.WriteAsync(commit, cancellationToken);
                stream.WriteByte((byte)'\n');
                (written, bytes) = (written + 1, bytes + commit.Length + 1);
            }
            stream.Flush(flushToDisk: true);
            output.Write($"{path}: {written:N0} commits more, {last + written:N0} in all", json =>
            {
                json.WriteString("file", path);
                json.WriteNumber("written", written);
                json.WriteNumber("commits", last + written);
                json.WriteNumber("bytes", bytes);
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Finds the last whole commit of what was exported before, and cuts off what was torn behind it.</summary>
    static async Task<(long Last, string? Hash)> ResumeAsync(FileStream stream, string path, CancellationToken cancellationToken)
    {
        var (count, end) = (0L, 0L);
        ReadOnlyMemory<byte> text = default;
        var isBroken = false;
        await foreach (var line in CommitLines.ReadAsync(stream, cancellationToken))
        {
            // Only the very end can be torn.
            if (isBroken)
                throw new IOException($"{path}: commit {count + 1} is broken, and others follow. Verify it, or export to another file.");
            isBroken = !line.IsWhole;
            if (isBroken)
                continue;
            (count, end, text) = (count + 1, line.End, line.Text);
        }
        stream.SetLength(end);
        stream.Position = end;
        if (count == 0)
            return (0, null);
        if (MemberOf(text, "n") is not { } number || number != count.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw new IOException($"{path} does not have the commits from 1 to {count}: it is no whole export.");
        return (count, MemberOf(text, "hash"));
    }

    static string? MemberOf(ReadOnlyMemory<byte> commit, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(commit, new JsonDocumentOptions { MaxDepth = 256 });
            return json.RootElement.TryGetProperty(name, out var member) ? member.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
