using System.Diagnostics;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>
/// Writes a space's commits, one after the other. What waits while a commit is saved goes into the next one together, so group commit
/// comes by itself. There may be several sequencers of a space on several nodes: the log decides, and the others check again.
/// </summary>
internal sealed class Sequencer
{
    readonly Space _space;
    readonly CommitLog _log;
    readonly SpaceDirectory _directory;
    readonly ICommitSigner? _signer;
    readonly SpaceOptions _options;
    readonly TimeProvider _time;
    readonly BatchQueue<PendingWrite, WriteOutcome> _queue;
    bool _isEntered;

    public Sequencer(Space space, CommitLog log, SpaceDirectory directory, ICommitSigner? signer, SpaceOptions options, TimeProvider time)
    {
        _space = space;
        _log = log;
        _directory = directory;
        _signer = signer;
        _options = options;
        _time = time;
        _queue = new BatchQueue<PendingWrite, WriteOutcome>(options, time, CommitAsync);
    }

    /// <summary>Whether a write waits or is under way.</summary>
    public bool IsBusy => _queue.IsBusy;

    public Task<WriteOutcome> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
        _queue.AddAsync(new PendingWrite(request), cancellationToken);

    /// <summary>Takes no more writes and waits for those that were taken; when the token ends the wait, the rest is given up.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => _queue.DrainAsync(cancellationToken);

    async Task CommitAsync(List<PendingWrite> batch)
    {
        var most = int.MaxValue;
        for (var lostRaces = 0; batch.Count > 0; batch.RemoveAll(write => write.IsOver))
        {
            var draft = await DraftAsync(batch, most).ConfigureAwait(false);
            if (draft.Entries.Count == 0)
                continue;
            if (draft.Base.Version == 0 && !_isEntered)
            {
                await EnterAsync(draft).ConfigureAwait(false);
                continue;
            }
            var commit = draft.ToCommit(_signer);
            var logged = new LoggedCommit(commit, CommitCodec.Encode(commit));
            if (StoredText.LengthOf(logged.Text.Span) > _options.MaxItemBytes)
            {
                // The store would refuse it for ever. Of several, fewer at a time; one alone is told.
                most = draft.Entries.Count / 2;
                foreach (var write in draft.Writes)
                    write.Withdraw();
                if (most == 0)
                    draft.Writes[0].ExceededBytes = _options.MaxItemBytes;
                continue;
            }
            most = int.MaxValue;
            if (await AppendAsync(draft, logged).ConfigureAwait(false))
            {
                draft.Complete();
                lostRaces = 0;
                continue;
            }
            CoreInstruments.Conflicts.Add(1);
            foreach (var write in draft.Writes)
                write.Withdraw();
            await _queue.PauseAsync(lostRaces++).ConfigureAwait(false);
            await _space.TryCatchUpAsync(_queue.Stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Enters the space in its directory. That comes before its first commit: the other way round, a crash between the two would hide it for ever.</summary>
    async Task EnterAsync(CommitDraft draft)
    {
        // Until it is there, nothing of the draft stands anywhere: who stops waiting learns that nothing was written.
        foreach (var write in draft.Writes)
            write.Withdraw();
        for (var attempt = 0; !_isEntered && draft.Writes.Any(write => !write.IsOver); attempt++)
        {
            _isEntered = await _directory.TryEnterAsync(_space.Id, _queue.Stopping).ConfigureAwait(false);
            if (!_isEntered)
                await _queue.PauseAsync(attempt).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what it can of a batch.</summary>
    /// <param name="batch">The writes, in order.</param>
    /// <param name="most">The most entries; 0 and 1 are one.</param>
    async Task<CommitDraft> DraftAsync(List<PendingWrite> batch, int most)
    {
        var view = _space.View;
        var now = _time.GetUtcNow();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(now.ToUnixTimeMilliseconds(), view.At.ToUnixTimeMilliseconds()));
        var draft = new CommitDraft(_space, view, at);
        foreach (var write in batch)
        {
            if (write.IsOver || draft.Holds(write))
                continue;
            if (draft.Entries.Count > 0 && draft.Entries.Count >= most)
                break;
            if (draft.Bytes > 0 && draft.Bytes + write.Bytes > _options.MaxCommitBytes)
                break;
            try
            {
                if (_space.FindRequest(write.Identity) is not { } known)
                    await draft.AddAsync(write, _queue.Stopping).ConfigureAwait(false);
                else if (known.Digest != write.Request.RequestDigest)
                    write.Complete(new WriteOutcome.IdempotencyMismatch());
                else
                    write.Complete(await ReplayAsync(write.Request, known.Place).ConfigureAwait(false));
            }
            catch (StoreUnavailableException)
            {
                write.Complete(write.Abandon());
            }
#pragma warning disable CA1031 // Only this write's caller gets the exception; the others of the batch have nothing to do with it.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                write.Fail(e);
            }
        }
        return draft;
    }

    /// <summary>Gives a retried request the answer that it had, or would have had, the first time.</summary>
    async Task<WriteOutcome> ReplayAsync(WriteRequest request, ETag place)
    {
        var commit = await _space.ReadCommitAsync(place.Commit, _queue.Stopping).ConfigureAwait(false);
        var entry = commit.Entries[place.Entry];
        if (entry.Refusal is { } refusal)
            return WriteOutcome.From(refusal, request, place.Commit);
        var changes = entry.Changes.ToDictionary(change => change.Key);
        var results = new List<MutationResult>(request.Mutations.Count);
        foreach (var mutation in request.Mutations)
        {
            results.Add(changes.TryGetValue(mutation.Key, out var change) ? new MutationResult(mutation.Key, place, change.Was is null)
                : mutation.Kind == MutationKind.Check ? new MutationResult(mutation.Key, null, false)
                : new MutationResult(mutation.Key, await FindETagAsync(mutation.Key, commit, place.Entry).ConfigureAwait(false), false));
        }
        return new WriteOutcome.Committed(changes.Count > 0 ? place : null, place.Commit, results);
    }

    /// <summary>The ETag that a record had when an entry left it as it was.</summary>
    async Task<ETag?> FindETagAsync(RecordKey key, Commit commit, int entry)
    {
        if (commit.Entries.Skip(entry + 1).SelectMany(later => later.Changes).FirstOrDefault(change => change.Key == key) is { } next)
            return next.Was;
        var view = _space.View;
        if (!view.TryGet(key, commit.At, out var record) || record.ETag.Commit > commit.Number)
            view = await _space.ViewAtAsync(commit.Number, _queue.Stopping).ConfigureAwait(false) ?? throw new InvalidOperationException("a commit that was read is in no view");
        return view.TryGet(key, commit.At, out record) ? record.ETag : null;
    }

    /// <summary>
    /// Saves the draft as the next commit and applies it; <c>false</c>: that number is taken by another's, which is applied instead.
    /// Does not return before the commit's fate is known, however long that takes: until then no other commit may get its number.
    /// </summary>
    async Task<bool> AppendAsync(CommitDraft draft, LoggedCommit logged)
    {
        var commit = logged.Commit;
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var saving = _time.GetTimestamp();
            if (await _log.TryAppendAsync(commit.Number, logged.Text, _queue.Stopping).ConfigureAwait(false))
            {
                _space.Apply(logged, draft);
                _space.Confirm(saving);
                break;
            }
            CoreInstruments.ReadBacks.Add(1);
            try
            {
                if (await _log.ReadAsync(commit.Number, _queue.Stopping).ConfigureAwait(false) is { } found)
                {
                    if (found.Commit.Id != commit.Id)
                    {
                        _space.Apply(found);
                        return false;
                    }
                    _space.Apply(logged, draft);
                    break;
                }
            }
            catch (StoreUnavailableException)
            {
                // Not known yet. Saving again is safe: the same text under the same number.
            }
            await _queue.PauseAsync(attempt).ConfigureAwait(false);
        }
        CoreInstruments.AppendSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        CoreInstruments.BatchSize.Record(commit.Entries.Count);
        CoreInstruments.Commits.Add(1);
        return true;
    }
}
