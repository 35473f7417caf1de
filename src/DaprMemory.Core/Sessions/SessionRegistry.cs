using System.Collections.Concurrent;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// The open sessions of this node. A session is a record of its space, which says that it exists and until when; its turns are a log of
/// their own in the hot store.
/// </summary>
public sealed class SessionRegistry
{
    const int MaxAttempts = 8;

    readonly ConcurrentDictionary<(SpaceId, string), Slot> _open = new();
    readonly SessionResources _node;

    /// <summary>Creates a registry without open sessions.</summary>
    /// <param name="store">The hot store, where the turns are.</param>
    /// <param name="options">How sessions are kept.</param>
    /// <param name="limits">How long and how much may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tokens">Counts the tokens of turns; null for <see cref="ByteTokenCounter"/>.</param>
    /// <param name="summarizer">Makes the summaries; null for <see cref="ExtractiveSummarizer"/>.</param>
    public SessionRegistry(
        ICommitStore store, SessionsOptions options, SpaceOptions limits, TimeProvider time, ITokenCounter? tokens = null, ISummarizer? summarizer = null)
    {
        tokens ??= new ByteTokenCounter();
        _node = new SessionResources(
            new TimeLimitedStore(store, limits.ReadTimeout), new ValueCache(options.CacheBytes), tokens, summarizer ?? new ExtractiveSummarizer(tokens), options, limits, time);
    }

    /// <summary>Adds turns to a session, and begins it if there is none.</summary>
    /// <param name="space">Its space, brought to where the client wants it.</param>
    /// <param name="id">Its name.</param>
    /// <param name="request">What to add.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <exception cref="LogCorruptException">The space's log does not verify.</exception>
    /// <exception cref="SessionCorruptException">A block can't be read.</exception>
    public async Task<AppendOutcome> AppendAsync(Space space, string id, AppendRequest request, CancellationToken cancellationToken)
    {
        var records = new SessionRecords(space, id, _node.Time);
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                if (await FindAsync(records, space.View, cancellationToken).ConfigureAwait(false) is not { } session)
                {
                    if (await BeginAsync(records, request, cancellationToken).ConfigureAwait(false) is not { } begun)
                        continue;
                    session = begun;
                }
                if (request.IsRetentionDemanded && session.Entry.Record.Retention != request.Retention)
                    return new AppendOutcome.RetentionDiffers(session.Entry.Record.Retention);
                var outcome = await session.AppendAsync(request, cancellationToken).ConfigureAwait(false);
                if (outcome is not AppendOutcome.Closed)
                    return outcome;
                await FinishAsync(records, session, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StoreUnavailableException)
        {
            // Told below: whatever failed, it was not the append.
        }
        return new AppendOutcome.Unavailable(OutcomeUnknown: false);
    }

    /// <summary>The session as a view knows it; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">Its record can't be read now.</exception>
    public Task<Session?> FindAsync(Space space, View view, string id, CancellationToken cancellationToken) =>
        FindAsync(new SessionRecords(space, id, _node.Time), view, cancellationToken);

    /// <summary>Deletes a session: closes its log, so that no append that is under way ends up in it, and then its record.</summary>
    /// <param name="space">Its space.</param>
    /// <param name="id">Its name.</param>
    /// <param name="request">Who asks; its mutations are replaced.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>Committed, without a place if another finished it; NotFound when there is none.</returns>
    /// <exception cref="StoreUnavailableException">The space's log can't be read now; nothing was done.</exception>
    public async Task<WriteOutcome> DeleteAsync(Space space, string id, WriteRequest request, CancellationToken cancellationToken)
    {
        var records = new SessionRecords(space, id, _node.Time);
        request = request with { Mutations = [new Mutation(records.Key, MutationKind.Delete)] };
        // A repeat must not end a later session of that name: so it is looked for in the whole log, and when a session has been found. The other
        // way round, one that began behind what was looked at could be found.
        await space.ReachAsync(ConsistencyLevel.Strong, 0, cancellationToken).ConfigureAwait(false);
        var session = await FindAsync(records, space.View, cancellationToken).ConfigureAwait(false);
        if (session is null || space.FindRequest(IdempotencyWindow.Identify(request.By, request.RequestId)) is not null)
            return await space.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        var seal = new TurnSeal(request.By, request.RequestId, request.RequestDigest);
        if (await session.SealAsync(seal, cancellationToken).ConfigureAwait(false) is AppendOutcome.Unavailable unavailable)
            return new WriteOutcome.Unavailable(unavailable.OutcomeUnknown);
        for (var entry = session.Entry; entry?.Record.Generation == session.Entry.Record.Generation;
            entry = await records.FindNewestAsync(entry, cancellationToken).ConfigureAwait(false))
        {
            var mutation = request.Mutations[0] with { Precondition = Precondition.Match(entry!.ETag) };
            // Not as a repeat: that the record was renewed meanwhile is no refusal to be kept.
            var outcome = await space.WriteAsync(request with { Mutations = [mutation], IsRepeat = false }, cancellationToken).ConfigureAwait(false);
            if (outcome is WriteOutcome.Unavailable)
                return new WriteOutcome.Unavailable(OutcomeUnknown: true);
            if (outcome is not WriteOutcome.PreconditionFailed)
                return outcome;
        }
        // Who met the seal has finished it.
        return new WriteOutcome.Committed(null, space.View.Version, []);
    }

    /// <summary>Takes no more appends and waits until those that were taken have their outcomes; when the token ends the wait, the rest is given up.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_open.Values.Select(slot => slot.Session.DrainAsync(cancellationToken)));

    async Task<Session?> FindAsync(SessionRecords records, View view, CancellationToken cancellationToken)
    {
        var known = _open.TryGetValue((records.Space.Id, records.Id), out var slot) ? slot.Session.Entry : null;
        var entry = await records.FindAsync(view, known, cancellationToken).ConfigureAwait(false);
        return entry is null ? null : Open(records, entry, isNew: false);
    }

    /// <summary>Begins a session; null: there is one, or was one just now.</summary>
    async Task<Session?> BeginAsync(SessionRecords records, AppendRequest request, CancellationToken cancellationToken)
    {
        var record = new SessionRecord
        {
            Generation = Guid.NewGuid(),
            RetentionSeconds = (long)request.Retention.TotalSeconds,
            RefreshedAt = _node.Time.GetUtcNow(),
        };
        switch (await records.CreateAsync(record, request.By, cancellationToken).ConfigureAwait(false))
        {
            case WriteOutcome.Committed:
                var entry = await records.FindAsync(records.Space.View, null, cancellationToken).ConfigureAwait(false);
                return entry?.Record.Generation == record.Generation ? Open(records, entry, isNew: true) : null;
            case WriteOutcome.Unavailable:
                throw new StoreUnavailableException($"session {records.Id} can't be begun now");
            default:
                return null;
        }
    }

    /// <summary>
    /// Sees to it that the record of a session whose log is closed ends, too, as whoever closed it wanted, and in their name: their repeat must
    /// find what they asked for in the log, and not end a later session.
    /// </summary>
    static async Task FinishAsync(SessionRecords records, Session session, CancellationToken cancellationToken)
    {
        var newest = await records.FindNewestAsync(session.Entry, cancellationToken).ConfigureAwait(false);
        if (newest?.Record.Generation == session.Entry.Record.Generation && session.Tail.IsSealed)
            await records.DeleteAsync(newest, session.Tail.Seal, cancellationToken).ConfigureAwait(false);
    }

    Session Open(SessionRecords records, SessionEntry entry, bool isNew)
    {
        var key = (records.Space.Id, records.Id);
        Slot? slot;
        while (!_open.TryGetValue(key, out slot) || (slot.Session.Entry.Record.Generation != entry.Record.Generation && slot.Session.Entry.ETag < entry.ETag))
        {
            var added = new Slot(New(records, entry, isNew));
            if (slot is null ? _open.TryAdd(key, added) : _open.TryUpdate(key, added, slot))
                SessionInstruments.Open.Add(slot is null ? 1 : 0);
        }
        slot.Touch(_node.Time);
        if (slot.Session.Entry.Record.Generation == entry.Record.Generation)
            slot.Session.Learn(records, entry);
        CloseUnused();
        return slot.Session;
    }

    Session New(SessionRecords records, SessionEntry entry, bool isNew)
    {
        var store = new TenantStore(_node.Store, records.Space.Id.Tenant);
        var log = new TurnLog(store, _node.Cache, records.Space.Id, records.Id, entry.Record.Generation, entry.Record.BlockLife);
        return new Session(records, entry, log, _node, isNew);
    }

    /// <summary>Forgets the least recently used sessions when there are too many. Always safe: what is known of them is a picture of their logs.</summary>
    void CloseUnused()
    {
        if (_open.Count <= _node.Options.MaxOpen)
            return;
        // Some more than need be, so that not every session that is opened looks at all of them.
        foreach (var (key, slot) in _open.Where(open => !open.Value.Session.IsBusy).OrderBy(open => open.Value.LastUsed).Take((_node.Options.MaxOpen / 8) + 1))
        {
            if (_open.TryRemove(KeyValuePair.Create(key, slot)))
                SessionInstruments.Open.Add(-1);
        }
    }

    sealed class Slot(Session session)
    {
        long _lastUsed;

        public Session Session => session;

        public long LastUsed => Volatile.Read(ref _lastUsed);

        public void Touch(TimeProvider time) => Volatile.Write(ref _lastUsed, time.GetTimestamp());
    }
}
