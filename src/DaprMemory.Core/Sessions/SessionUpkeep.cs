using DaprMemory.Core.Log;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Keeps a session alive and its end easy to find: its record is renewed before an append would outlive it or outgrow its room; behind
/// appends, a hint to the end is saved now and then, old blocks are written again before they expire, summaries are extended, and turns remembered.
/// </summary>
internal sealed class SessionUpkeep(Session session, TurnLog log, SessionSummaries summaries, SessionRemembering remembering, TimeProvider time)
{
    /// <summary>After so many blocks a hint to the end is saved.</summary>
    const int HintEvery = 16;

    readonly SingleFlight _flight = new();

    public bool IsBusy => _flight.IsBusy || summaries.IsBusy || remembering.IsBusy;

    /// <summary>Sees to it that the record says what it must before the next block is appended.</summary>
    /// <returns><c>false</c>: there is no such session any more.</returns>
    /// <exception cref="StoreUnavailableException">The record has to be renewed, and can't be now.</exception>
    public async Task<bool> EnsureRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (tail, entry) = (session.Tail, session.Entry);
            var record = entry.Record;
            var hasRoom = tail.Block < record.Room;
            if (hasRoom && entry.ExpiresAt - time.GetUtcNow() >= record.ShortestRest)
                return true;
            var renewed = record with { Room = hasRoom ? record.Room : record.Room * 2, Turns = tail.Turn };
            if (await session.Records.UpdateAsync(entry, renewed, cancellationToken).ConfigureAwait(false) is not { } newest)
                return false;
            session.Learn(session.Records, newest);
        }
    }

    /// <summary>Does what is due behind an append, in the background.</summary>
    public void AfterAppend(TurnBlock block)
    {
        summaries.AfterAppend(block);
        remembering.AfterAppend();
        var record = session.Entry.Record;
        var isOld = time.GetUtcNow() - record.RefreshedAt > record.Retention / 2;
        if (block.Number % HintEvery == 0 || isOld)
            _flight.TryRun(() => RunAsync(isOld));
    }

    /// <summary>Waits for what is under way. What is not done is due again behind the next append, on whichever node.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_flight.DrainAsync(cancellationToken), summaries.DrainAsync(cancellationToken), remembering.DrainAsync(cancellationToken));

    async Task RunAsync(bool refresh)
    {
        try
        {
            // A hint can't tell a seal: nobody may begin behind one.
            var tail = session.Tail;
            if (!tail.IsSealed)
                await log.SaveHintAsync(tail, CancellationToken.None).ConfigureAwait(false);
            if (refresh)
                await RefreshAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or LogCorruptException)
        {
            // The next append tries again; that the log is corrupt it will be told.
            SessionInstruments.UpkeepFailures.Add(1);
        }
    }

    async Task RefreshAsync()
    {
        var began = time.GetUtcNow();
        if (!await log.RefreshAsync(session.Tail.Block, CancellationToken.None).ConfigureAwait(false))
            throw new StoreUnavailableException("not every block could be written again");
        SessionInstruments.Refreshes.Add(1);
        // Of two nodes that did it, one notes it.
        var entry = session.Entry;
        var noted = entry.Record with { RefreshedAt = began, Turns = session.Tail.Turn };
        if (await session.Records.UpdateAsync(entry, noted, CancellationToken.None).ConfigureAwait(false) is { } newest)
            session.Learn(session.Records, newest);
    }
}
