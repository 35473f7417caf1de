using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>The record of one session in its space's log.</summary>
internal sealed class SessionRecords(Space space, string id, TimeProvider time)
{
    /// <summary>Who keeps the records of sessions up to date.</summary>
    const string Keeper = "daprmemory";

    public Space Space => space;

    public string Id => id;

    public RecordKey Key { get; } = new(RecordKind.Session, id);

    /// <summary>The session as a view knows it; null if there is none.</summary>
    /// <param name="view">The view.</param>
    /// <param name="known">The record as it was last read; it is not read again if it is still the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The record can't be read now.</exception>
    public async ValueTask<SessionEntry?> FindAsync(View view, SessionEntry? known, CancellationToken cancellationToken)
    {
        if (!view.TryGet(Key, time.GetUtcNow(), out var info))
            return null;
        if (known?.ETag == info.ETag)
            return known;
        var value = await space.ReadValueAsync(Key, info.ETag, cancellationToken).ConfigureAwait(false);
        try
        {
            var record = JsonSerializer.Deserialize(value.Json.Span, SessionJson.Default.SessionRecord) ?? throw new JsonException("null");
            return new SessionEntry(record, info.ETag, info.ExpiresAt ?? DateTimeOffset.MaxValue);
        }
        catch (JsonException e)
        {
            throw new LogCorruptException(space.Id, info.ETag.Commit, $"the record of session {id} can't be read: {e.Message}");
        }
    }

    /// <summary>The session as the newest commit has it; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    public async Task<SessionEntry?> FindNewestAsync(SessionEntry? known, CancellationToken cancellationToken)
    {
        var view = await space.ReachAsync(ConsistencyLevel.Strong, 0, cancellationToken).ConfigureAwait(false);
        return await FindAsync(view!, known, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a session, if there is none.</summary>
    public Task<WriteOutcome> CreateAsync(SessionRecord record, string by, CancellationToken cancellationToken) =>
        SaveAsync(record, by, Precondition.MustBeAbsent, cancellationToken);

    /// <summary>Changes the record, and renews its life, if it is still that of <paramref name="known"/>.</summary>
    /// <returns>The record as it is now, changed by this call or by another; null: there is no such session any more.</returns>
    /// <exception cref="StoreUnavailableException">The log gives no definite answer now.</exception>
    public async Task<SessionEntry?> UpdateAsync(SessionEntry known, SessionRecord record, CancellationToken cancellationToken)
    {
        var outcome = await SaveAsync(record, Keeper, Precondition.Match(known.ETag), cancellationToken).ConfigureAwait(false);
        if (outcome is WriteOutcome.Unavailable)
            throw new StoreUnavailableException($"the record of session {id} can't be renewed now");
        // Whoever changed it first may have committed on another node.
        var entry = outcome is WriteOutcome.Committed
            ? await FindAsync(space.View, known, cancellationToken).ConfigureAwait(false)
            : await FindNewestAsync(known, cancellationToken).ConfigureAwait(false);
        return entry?.Record.Generation == record.Generation ? entry : null;
    }

    /// <summary>Ends the session, if it is still that of <paramref name="known"/>.</summary>
    /// <param name="known">The record as it was read last.</param>
    /// <param name="seal">Whose wish that is; null: nobody noted it.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    public async Task DeleteAsync(SessionEntry known, TurnSeal? seal, CancellationToken cancellationToken)
    {
        var request = new WriteRequest(Keeper, NewRequestId(), 0, [new Mutation(Key, MutationKind.Delete, Precondition: Precondition.Match(known.ETag))]);
        // An agent may have used the key for something else since; the session ends all the same.
        if (seal is null
            || await space.WriteAsync(request with { By = seal.By, RequestId = seal.RequestId, RequestDigest = seal.RequestDigest }, cancellationToken).ConfigureAwait(false)
                is WriteOutcome.IdempotencyMismatch)
            await space.WriteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    Task<WriteOutcome> SaveAsync(SessionRecord record, string by, Precondition precondition, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, SessionJson.Default.SessionRecord);
        var mutation = new Mutation(Key, MutationKind.Put, json, precondition, record.Life);
        return space.WriteAsync(new WriteRequest(by, NewRequestId(), 0, [mutation]), cancellationToken);
    }

    static string NewRequestId() => $"session-{Guid.NewGuid():n}";
}
