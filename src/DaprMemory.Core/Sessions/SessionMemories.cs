using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Makes memories of a session's turns. They are written together with the session's record, which says how far that has come: so whoever
/// else does the same at the same time comes too late, and a memory that was deleted since is not made again.
/// </summary>
internal sealed class SessionMemories(Session session)
{
    /// <summary>The most turns of one call.</summary>
    public const int MaxTurns = 256;

    /// <summary>The most separate ranges of turns that a session's record keeps.</summary>
    public const int MaxRanges = 64;

    /// <summary>About as many bytes of memories are written at once; a single turn may have more.</summary>
    const int MaxBytes = SpaceOptions.MaxValueBytes / 2;

    const int MaxAttempts = 8;

    /// <summary>Remembers the next turns of those that are asked for: as many as one commit has room for.</summary>
    /// <exception cref="StoreUnavailableException">Turns or log can't be read now; nothing was written.</exception>
    /// <exception cref="SessionCorruptException">A block can't be read.</exception>
    public async Task<RememberOutcome> RememberAsync(RememberRequest request, CancellationToken cancellationToken)
    {
        var write = request.Write;
        var newest = session.Newest;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (entry, records) = (session.Entry, session.Records);
            var space = records.Space;
            var known = space.FindRequest(IdempotencyWindow.Identify(write.By, write.RequestId));
            if (known is { } other && other.Digest != write.RequestDigest)
                return new RememberOutcome.Refused(new WriteOutcome.IdempotencyMismatch());
            var range = (known is { } first ? await records.FindRememberedAsync(first.Place, cancellationToken).ConfigureAwait(false) : null)
                ?? RangeOf(request, entry.Record, newest);
            if (range.From > range.To)
                return new RememberOutcome.Remembered(new WriteOutcome.Committed(null, space.View.Version, []), range.From, range.To, [], 0, [], newest, null);

            var batch = await ReadAsync(range, request.Rule, cancellationToken).ConfigureAwait(false);
            var record = entry.Record with { Remembered = entry.Record.Remembered.With(batch.Range), LastRemembered = batch.Range };
            // What goes on from the beginning fills gaps.
            if (request.From is not null && record.Remembered.Count > MaxRanges)
                return new RememberOutcome.TooScattered();
            write = request.Write with { Dependencies = batch.DependenciesOf(request.Write, space.View) };
            var outcome = await records.WriteBesideAsync(write, [.. batch.Adds.Select(add => add.Mutation)], entry, record, cancellationToken).ConfigureAwait(false);
            switch (outcome)
            {
                case WriteOutcome.Committed committed:
                    if (await records.FindAsync(space.View, entry, cancellationToken).ConfigureAwait(false) is { } written)
                        session.Learn(records, written);
                    return batch.ToOutcome(committed, newest, NextOf(request, batch.Range, session.Entry.Record, newest));
                case WriteOutcome.PreconditionFailed:
                    // Somebody else remembered, or the record was renewed.
                    if (await records.FindNewestAsync(entry, cancellationToken).ConfigureAwait(false) is not { } changed
                        || changed.Record.Generation != entry.Record.Generation)
                        return new RememberOutcome.Refused(new WriteOutcome.NotFound(0, records.Key, space.View.Version));
                    session.Learn(records, changed);
                    break;
                default:
                    return new RememberOutcome.Refused(outcome);
            }
        }
        return new RememberOutcome.Refused(new WriteOutcome.Unavailable(OutcomeUnknown: false));
    }

    /// <summary>Reads turns from a given one on: as many of the range as a page has room for.</summary>
    public async Task<TurnPage> ReadFromAsync(TurnRange range, int limit, CancellationToken cancellationToken)
    {
        for (var count = Math.Min(limit, range.To - range.From + 1); ; count /= 2)
        {
            // Pages are cut at their beginning, which is what is wanted here.
            var page = await session.ReadAsync(new TurnQuery(range.From + count, (int)count), cancellationToken).ConfigureAwait(false);
            if (page.First <= range.From || count == 1)
                return page;
        }
    }

    static TurnRange RangeOf(RememberRequest request, SessionRecord record, long newest)
    {
        var last = Math.Min(request.To ?? newest, newest);
        if (request.From is { } from)
            return new TurnRange(from, Math.Max(last, from - 1));
        var gap = record.Remembered.FirstGap();
        return new TurnRange(Math.Min(gap.From, last + 1), Math.Min(gap.To, last));
    }

    static long? NextOf(RememberRequest request, TurnRange done, SessionRecord record, long newest)
    {
        var next = request.From is null ? record.Remembered.FirstGap().From : done.To + 1;
        return next <= Math.Min(request.To ?? newest, newest) ? next : null;
    }

    async Task<Batch> ReadAsync(TurnRange range, RememberRule rule, CancellationToken cancellationToken)
    {
        var page = await ReadFromAsync(range, MaxTurns, cancellationToken).ConfigureAwait(false);
        var adds = new List<(long, Mutation)>();
        var (last, bytes, skipped) = (page.Last, 0L, 0);
        foreach (var turn in page.Turns)
        {
            var mutations = TurnMemories.ToAdd(session.Id, turn, rule);
            bytes += mutations.Sum(mutation => (long)mutation.Value.Length);
            if (bytes > MaxBytes && adds.Count > 0)
            {
                last = turn.Number - 1;
                break;
            }
            adds.AddRange(mutations.Select(mutation => (turn.Number, mutation)));
            skipped += mutations.Count == 0 ? 1 : 0;
        }
        var missing = page.Missing.Where(lost => lost.From <= last).Select(lost => lost with { To = Math.Min(lost.To, last) });
        return new Batch(range with { To = last }, adds, skipped, [.. missing], page.Dependencies);
    }

    /// <summary>Turns that are remembered together.</summary>
    sealed record Batch(
        TurnRange Range, IReadOnlyList<(long Turn, Mutation Mutation)> Adds, int Skipped, IReadOnlyList<TurnRange> Missing, DependencySet Dependencies)
    {
        /// <summary>What the request's sender and the writers of the turns had seen beyond what the space's log says already; null for nothing.</summary>
        public DependencySet? DependenciesOf(WriteRequest request, View view)
        {
            var seen = Dependencies.Merge(request.Dependencies);
            return ReferenceEquals(view.Dependencies.Merge(seen), view.Dependencies) ? null : seen;
        }

        public RememberOutcome.Remembered ToOutcome(WriteOutcome.Committed committed, long newest, long? next)
        {
            var items = Adds.Zip(committed.Results)
                .Where(added => added.Second.ETag is not null)
                .Select(added => new TurnMemory(added.First.Turn, added.Second.Key.Key, added.Second.ETag!.Value, added.Second.Created));
            return new RememberOutcome.Remembered(committed, Range.From, Range.To, [.. items], Skipped, Missing, newest, next);
        }
    }
}
