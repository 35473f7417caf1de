using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DaprMemory.Client;

namespace DaprMemory.Cli.Import;

/// <summary>
/// Writes turns as records, each once: created only where there is none, under an idempotency key derived from its content. So an import
/// that was interrupted is finished by running it again. One run.
/// </summary>
internal sealed class Importer(MemoryClient client, ImportOptions options)
{
    readonly ConcurrentDictionary<string, Lazy<Task<long>>> _versions = new(StringComparer.Ordinal);
    readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    long _imported, _alreadyThere, _bad, _conflicts, _done;
    volatile bool _ended;

    /// <summary>Takes complaints about single lines; from any thread.</summary>
    public required Action<string> Report { get; set; }

    /// <summary>The records written by this run.</summary>
    public long Imported => Volatile.Read(ref _imported);

    /// <summary>The records that were there with the same bytes.</summary>
    public long AlreadyThere => Volatile.Read(ref _alreadyThere);

    /// <summary>The lines that are no turns, or that the service refused.</summary>
    public long Bad => Volatile.Read(ref _bad);

    /// <summary>The turns whose key has other bytes.</summary>
    public long Conflicts => Volatile.Read(ref _conflicts);

    /// <summary>The lines dealt with.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>A line ended the import before the end of the file.</summary>
    public bool Ended => _ended;

    /// <exception cref="MemoryException">The service can't be reached; what was written stays.</exception>
    public Task RunAsync(Stream file, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        ReadTurnsAsync(file, cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken },
        async (turn, token) =>
        {
            await ImportAsync(turn, token);
            Interlocked.Increment(ref _done);
        });

    async IAsyncEnumerable<Turn> ReadTurnsAsync(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (number, line) in FileLines.ReadAsync(file, cancellationToken))
        {
            if (_ended)
                yield break;
            // A blank line is no record in JSON lines.
            if (line.Span.Trim(" \t"u8).IsEmpty)
                continue;
            if (TurnParser.TryParse(number, line, options.Into, out var turn, out var error))
                yield return turn;
            else
                Refuse(number, error, ref _bad);
        }
    }

    async Task ImportAsync(Turn turn, CancellationToken cancellationToken)
    {
        var id = ContentId(turn);
        lock (_seen)
        {
            // The same line again: its first one may still be under way, so the service can't be asked.
            if (!_seen.Add(id))
            {
                Interlocked.Increment(ref _alreadyThere);
                return;
            }
        }
        try
        {
            var before = await _versions.GetOrAdd(
                turn.Space, name => new(() => client.Space(name).GetVersionAsync(cancellationToken))).Value;
            var result = await CreateAsync(turn, id, cancellationToken);
            if (result is WriteResult.Written written && written.ETag.Commit > before)
                Interlocked.Increment(ref _imported);
            else
                await CompareAsync(turn, cancellationToken);
        }
        catch (MemoryException e) when (!e.IsUnavailable)
        {
            Refuse(turn.Line, e.Message, ref _bad);
        }
    }

    /// <summary>
    /// The record was there before this run, or an earlier run wrote it and the service repeats its answer to that. In either case what
    /// counts is what is there now; in the second it may have been deleted since.
    /// </summary>
    async Task CompareAsync(Turn turn, CancellationToken cancellationToken)
    {
        var record = await client.Space(turn.Space).GetAsync(turn.Key, cancellationToken: cancellationToken);
        if (record is null && await CreateAsync(turn, null, cancellationToken) is WriteResult.Written)
            Interlocked.Increment(ref _imported);
        else if (record is not null && record.Value.Span.SequenceEqual(turn.Json.Span))
            Interlocked.Increment(ref _alreadyThere);
        else
            Refuse(turn.Line, $"{turn.Key} is there with another value", ref _conflicts);
    }

    Task<WriteResult> CreateAsync(Turn turn, string? idempotencyKey, CancellationToken cancellationToken) =>
        client.Space(turn.Space).PutAsync(
            turn.Key, turn.Json,
            new WriteOptions { IfAbsent = true, Agent = turn.Speaker, IdempotencyKey = idempotencyKey },
            cancellationToken);

    void Refuse(long line, string why, ref long counter)
    {
        Interlocked.Increment(ref counter);
        Report($"line {line}: {why}");
        _ended |= !options.KeepGoing;
    }

    static string ContentId(Turn turn)
    {
        // No part but the last can hold a line feed.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{turn.Space}\n{turn.Key}\n{turn.Speaker}\n"));
        hash.AppendData(turn.Json.Span);
        return $"import-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}";
    }
}
