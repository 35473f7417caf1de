using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DaprMemory.Client;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Import;

/// <summary>
/// The turns of one session that an import brings, in the order of the file. Batches are made of the file alone, and the idempotency key of
/// a batch of what it has: so another run, or one beside this, sends the same batches under the same keys.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="space">Its space's name.</param>
internal sealed class ImportedSession(MemorySession session, string space)
{
    const int MaxBatchTurns = SessionsOptions.MaxRequestTurns;
    const int MaxBatchBytes = SessionsOptions.MaxRequestBytes / 2;
    const int TurnOverheadBytes = 512;

    readonly Dictionary<string, byte[]> _seen = new(StringComparer.Ordinal);
    Dictionary<string, byte[]>? _known;
    List<Turn> _batch = [];
    int _bytes;

    /// <summary>What is under way for it, one thing behind the other.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Takes a line; gives the batch that is full without it, if there is one.</summary>
    public List<Turn>? Add(Turn turn)
    {
        // At most six bytes for each unit of UTF-16.
        var bytes = (turn.Content.Text!.Length * 6) + TurnOverheadBytes;
        var full = _batch.Count == MaxBatchTurns || (_batch.Count > 0 && _bytes + bytes > MaxBatchBytes) ? TakeBatch() : null;
        _batch.Add(turn);
        _bytes += bytes;
        return full;
    }

    /// <summary>Gives what is left.</summary>
    public List<Turn> TakeBatch()
    {
        var batch = _batch;
        (_batch, _bytes) = ([], 0);
        return batch;
    }

    /// <summary>Has something done behind what is under way.</summary>
    public void Then(Func<Task> work) => Running = ContinueAsync(Running, work);

    /// <summary>Tells what a line is to what is there: null for new, true for the same, false for another.</summary>
    public async Task<bool?> CompareAsync(Turn turn, CancellationToken cancellationToken)
    {
        _known ??= await ReadAsync(cancellationToken);
        var digest = DigestOf(turn.Content.Role, turn.Content.Agent!, turn.Content.At!.Value, turn.Content.Text!);
        if (_seen.TryGetValue(turn.Name, out var there) || _known.TryGetValue(turn.Name, out there))
            return there.AsSpan().SequenceEqual(digest);
        _seen.Add(turn.Name, digest);
        return null;
    }

    /// <summary>Appends turns: all, or none.</summary>
    public Task AppendAsync(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{space}\n{session.Id}\n"));
        foreach (var turn in turns)
        {
            hash.AppendData(DigestOf(turn.Content.Role, turn.Content.Agent!, turn.Content.At!.Value, turn.Content.Text!));
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(turn.Name)));
        }
        var key = $"import-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}";
        return session.AppendAsync([.. turns.Select(turn => turn.Content)], new AppendOptions { IdempotencyKey = key }, cancellationToken);
    }

    /// <summary>Makes memories of its turns that have none yet.</summary>
    public Task RememberAsync(CancellationToken cancellationToken) => session.RememberAsync(cancellationToken: cancellationToken);

    /// <summary>The turns that imports have brought before, by their names.</summary>
    async Task<Dictionary<string, byte[]>> ReadAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        // Whoever brought them, and through which shard.
        var options = new TurnsOptions { Limit = SessionsOptions.MaxPageTurns, Consistency = ConsistencyLevel.Strong };
        do
        {
            if (await session.ReadAsync(options, cancellationToken) is not { } page)
                return known;
            foreach (var turn in page.Turns)
            {
                if (!turn.HasParts && NameOf(turn.Metadata.Span) is { } name)
                    known[name] = DigestOf(turn.Role, turn.Agent, turn.At, turn.GetText());
            }
            options = options with { Before = page.Next };
        }
        while (options.Before is not null);
        return known;
    }

    static string? NameOf(ReadOnlySpan<byte> metadata)
    {
        try
        {
            return metadata.IsEmpty ? null : JsonSerializer.Deserialize(metadata, ImportJson.Default.TurnMetadata)?.Turn;
        }
        catch (JsonException)
        {
            // Another's metadata: no import brought it.
            return null;
        }
    }

    static byte[] DigestOf(string role, string agent, DateTimeOffset at, string text) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{role.Length} {role}{agent}\n{at.UtcTicks}\n{text}"));

    static async Task ContinueAsync(Task before, Func<Task> work)
    {
        await before;
        await work();
    }
}
