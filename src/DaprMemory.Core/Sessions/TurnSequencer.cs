using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Writes a session's blocks, one after the other; requests that come together share one. There may be several sequencers of a session on
/// several nodes: whose block is created stands, and the others take the next number.
/// </summary>
internal sealed class TurnSequencer
{
    readonly Session _session;
    readonly TurnLog _log;
    readonly SessionResources _node;
    readonly SessionUpkeep _upkeep;
    readonly BatchQueue<PendingAppend, AppendOutcome> _queue;

    public TurnSequencer(Session session, TurnLog log, SessionSummaries summaries, SessionResources node)
    {
        _session = session;
        _log = log;
        _node = node;
        _upkeep = new SessionUpkeep(session, log, summaries, node.Time);
        _queue = new BatchQueue<PendingAppend, AppendOutcome>(node.Limits, node.Time, WriteAsync);
    }

    /// <summary>Whether an append waits or is under way, or something behind one.</summary>
    public bool IsBusy => _queue.IsBusy || _upkeep.IsBusy;

    public Task<AppendOutcome> AddAsync(PendingAppend append, CancellationToken cancellationToken) => _queue.AddAsync(append, cancellationToken);

    /// <summary>Takes no more appends and waits for those that were taken; when the token ends the wait, the rest is given up.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _queue.DrainAsync(cancellationToken).ConfigureAwait(false);
        await _upkeep.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task WriteAsync(List<PendingAppend> batch)
    {
        for (var lostRaces = 0; batch.Count > 0; batch.RemoveAll(append => append.IsOver))
        {
            Tail tail;
            List<PendingAppend> members;
            try
            {
                (tail, var window) = await _session.PrepareAsync(_queue.Stopping).ConfigureAwait(false);
                members = tail.IsSealed ? [] : Choose(batch, window);
                if (tail.IsSealed || (members is [{ Request: not null }, ..] && !await _upkeep.EnsureRoomAsync(_queue.Stopping).ConfigureAwait(false)))
                {
                    Close(batch);
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                foreach (var append in batch)
                    append.Complete(append.Abandon());
                return;
            }
            // What was found while the record was renewed may hold one of these requests.
            if (tail != _session.Tail)
                continue;
            members.RemoveAll(append => !append.TrySubmit());
            if (members.Count == 0)
                continue;
            var entries = members.Select(append => append.Request).OfType<AppendRequest>().Select(ToEntry).ToList();
            var block = new TurnBlock(tail.Block + 1, Guid.CreateVersion7(_node.Time.GetUtcNow()), tail.Turn + 1, entries) { Seal = members[0].Seal };
            if (await AppendAsync(block).ConfigureAwait(false))
            {
                Complete(members, block);
                if (!block.IsSeal)
                    _upkeep.AfterAppend(block);
                lostRaces = 0;
                continue;
            }
            SessionInstruments.Conflicts.Add(1);
            foreach (var append in members)
                append.Withdraw();
            await _queue.PauseAsync(lostRaces++).ConfigureAwait(false);
            await _session.TryCatchUpAsync(_queue.Stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Settles what is known already, and chooses what comes next into a block: requests, or a seal alone.</summary>
    List<PendingAppend> Choose(List<PendingAppend> batch, RequestWindow window)
    {
        var members = new List<PendingAppend>();
        var identities = new HashSet<UInt128>();
        foreach (var append in batch)
        {
            if (append.IsOver)
                continue;
            if (append.Request is not { } request)
            {
                if (members.Count == 0)
                    members.Add(append);
                break;
            }
            if (_session.FindRequest(window, append.Identity) is { } known)
                append.Complete(known.Digest == request.RequestDigest
                    ? new AppendOutcome.Appended(known.First, known.Last)
                    : new AppendOutcome.IdempotencyMismatch());
            // The twin of a request in the block has to wait for its outcome.
            else if (identities.Add(append.Identity))
                members.Add(append);
        }
        return members;
    }

    /// <summary>
    /// Saves a block; <c>false</c>: its number is taken by another's. Does not return before the block's fate is known, however long that
    /// takes: until then no other block may get its number.
    /// </summary>
    async Task<bool> AppendAsync(TurnBlock block)
    {
        var text = TurnBlockCodec.Encode(block);
        for (var attempt = 0; ; attempt++)
        {
            var saving = _node.Time.GetTimestamp();
            if (await _log.TryAppendAsync(block.Number, text, _queue.Stopping).ConfigureAwait(false))
            {
                _log.Remember(block.Number, text);
                _session.Apply(block);
                _session.Confirm(saving);
                return true;
            }
            SessionInstruments.ReadBacks.Add(1);
            try
            {
                if (await _log.ReadAsync(block.Number, _queue.Stopping).ConfigureAwait(false) is { } found)
                {
                    _session.Apply(found);
                    return found.Id == block.Id;
                }
            }
            catch (StoreUnavailableException)
            {
                // Not known yet. Saving again is safe: the same text under the same number.
            }
            await _queue.PauseAsync(attempt).ConfigureAwait(false);
        }
    }

    static void Complete(List<PendingAppend> members, TurnBlock block)
    {
        SessionInstruments.Blocks.Add(1);
        SessionInstruments.Turns.Add(block.Last - block.First + 1);
        var first = block.First;
        foreach (var append in members)
        {
            var count = append.Request?.Turns.Count ?? 0;
            append.Complete(count == 0 ? new AppendOutcome.Closed() : new AppendOutcome.Appended(first, first + count - 1));
            first += count;
        }
    }

    static void Close(List<PendingAppend> batch)
    {
        foreach (var append in batch)
            append.Complete(new AppendOutcome.Closed());
    }

    static TurnEntry ToEntry(AppendRequest request) =>
        new(request.By, request.RequestId, request.RequestDigest, request.Turns, request.Dependencies);
}
