using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using DaprMemory.Cli.Commands;
using DaprMemory.Client;
using DaprMemory.Core.Audit;

namespace DaprMemory.Cli.Audit;

/// <summary><c>daprmem verify</c>: whether a space's log is as it was written.</summary>
internal static class VerifyCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var log = new LogSelection(connection);
        var file = new Option<string?>("--file") { Description = "An export; else the log is read from the router.", HelpName = "FILE" };
        var keys = new Option<string?>("--keys") { Description = "The public keys (JWKS), from where you trust them to be; else those of the data folder, or the router's.", HelpName = "FILE" };
        var anchor = new Option<string?>("--anchor") { Description = "What was kept of the log: it must reach that far, and be the same.", HelpName = "FILE" };
        var writeAnchor = new Option<string?>("--write-anchor") { Description = "Keep the end of the log in this file, if the log is good.", HelpName = "FILE" };
        var unsignedUntil = SymbolRules.NewNumber("--unsigned-until", "The last commit that may have no signature, because nobody signed then.", 0, otherwise: 0);
        var command = new Command(
            "verify",
            """
            Verify a log: that each commit follows the one before it, says what its hash is of, and is signed by a known key.

              daprmem verify notes                                        straight from the router
              daprmem verify notes --file notes.jsonl --keys keys.json    from an export, with no server
              daprmem verify notes --anchor a.json --write-anchor a.json  and that nothing that was there has gone

            Exit code 6 when a commit was changed, left out, moved, cut off or forged; each is named.
            """) { file, keys, anchor, writeAnchor, unsignedUntil };
        log.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var output = connection.Output(parsed);
            var path = parsed.GetValue(file);
            var known = parsed.GetValue(keys) is { } keyPath ? await ReadAsync(keyPath, CommitKeySet.Parse, cancellationToken)
                : AuditKeyFile.FindKeys(connection.DataPath(parsed)) is { } own && (path is not null || connection.IsLocal(parsed)) ? own
                : path is null ? CommitKeySet.Parse((await client.GetAuditKeysAsync(cancellationToken)).Span)
                : throw new IOException("There are no keys to verify with: name them by --keys (`GET /v1/{tenant}/audit/keys` gives them), or the data folder of `daprmem up` by --data.");
            var kept = parsed.GetValue(anchor) is { } anchorPath ? await ReadAsync(anchorPath, LogAnchor.Parse, cancellationToken) : null;
            var id = log.Id(parsed);
            var verifier = new LogVerifier(id, known, kept, parsed.GetValue(unsignedUntil)!.Value);

            var began = Stopwatch.GetTimestamp();
            LogReport report;
            try
            {
                report = await verifier.VerifyAsync(path is null ? log.ReadAsync(client, parsed, after: 0, cancellationToken) : TextsOf(path, cancellationToken), cancellationToken);
            }
            catch (MemoryException e) when (e.Type == ProblemTypes.LogCorrupt)
            {
                // The router has found it before.
                output.Complain(e.Message);
                return ExitCodes.NotAsWritten;
            }
            Write(output, id.ToString(), report, Stopwatch.GetElapsedTime(began));
            if (!report.IsGood)
                return ExitCodes.NotAsWritten;
            if (parsed.GetValue(writeAnchor) is { } target && report.Head is { } head)
                await File.WriteAllBytesAsync(target, head.ToJson(), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    static void Write(CommandOutput output, string log, LogReport report, TimeSpan elapsed)
    {
        foreach (var finding in report.Findings)
        {
            output.Write($"commit {finding.Commit}: {finding.What}", json =>
            {
                json.WriteNumber("commit", finding.Commit);
                json.WriteString("what", finding.What);
            });
        }
        var speed = report.Entries / Math.Max(elapsed.TotalSeconds, 1e-6);
        var size = report.Commits == 0 ? 0 : (double)report.Entries / report.Commits;
        var verdict = report.IsGood ? "as it was written" : "NOT as it was written";
        var head = report.Head is { } end ? $"; its end is {end.Version} {end.Hash}" : "";
        output.Write(
            $"{log}: {verdict}: {report.Commits:N0} commits, {report.SignedCommits:N0} of them with a good signature, {report.Entries:N0} entries{head}\n"
            + $"{elapsed.TotalSeconds:F1} s, {speed:N0} entries/s, with {size:F1} entries a commit",
            json =>
            {
                json.WriteString("log", log);
                json.WriteBoolean("good", report.IsGood);
                json.WriteNumber("commits", report.Commits);
                json.WriteNumber("signed", report.SignedCommits);
                json.WriteNumber("entries", report.Entries);
                if (report.Head is { } anchor)
                {
                    json.WriteNumber("version", anchor.Version);
                    json.WriteString("hash", anchor.Hash);
                }
                json.WriteNumber("entriesPerSecond", Math.Round(speed));
            });
    }

    static async IAsyncEnumerable<ReadOnlyMemory<byte>> TextsOf(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await foreach (var line in CommitLines.ReadAsync(stream, cancellationToken))
            yield return line.Text;
    }

    static async Task<T> ReadAsync<T>(string path, Func<ReadOnlySpan<byte>, T> parse, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            return parse(bytes);
        }
        catch (FormatException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }
}
