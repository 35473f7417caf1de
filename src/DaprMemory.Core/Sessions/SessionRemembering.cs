using System.Diagnostics.CodeAnalysis;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Has a session remembered as its tenant's policy wants it: behind appends, when enough was said, or nothing for a while, or when the node stops.
/// How far that has come stands in the session's record; so what a node leaves undone, any other does behind the next append.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no handle: nothing to release.")]
internal sealed class SessionRemembering
{
    const int MaxRetries = 5;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    readonly Session _session;
    readonly SessionMemories _memories;
    readonly RememberPolicy? _policy;
    readonly SessionFacts? _facts;
    readonly TimeProvider _time;
    readonly SingleFlight _flight = new();
    readonly CancellationTokenSource _stopping = new();
    TaskCompletionSource _enough = new();
    long _lastAppend;
    long _backlog;
    bool _isGone;

    /// <param name="session">The session.</param>
    /// <param name="memories">Makes the memories.</param>
    /// <param name="policy">What the tenant wants; null for nothing.</param>
    /// <param name="extractor">Draws facts, if the policy wants that; null: nobody does.</param>
    /// <param name="time">The clock.</param>
    public SessionRemembering(Session session, SessionMemories memories, RememberPolicy? policy, IFactExtractor? extractor, TimeProvider time)
    {
        (_session, _memories, _policy, _time) = (session, memories, policy, time);
        if (policy is { Extract: true } && extractor is not null)
            _facts = new SessionFacts(session, memories, policy, extractor, time);
    }

    public bool IsBusy => _flight.IsBusy || _facts is { IsBusy: true };

    /// <summary>How many turns are not remembered yet, as far as this node knows.</summary>
    long Pending => _isGone || _session.Tail.IsSealed ? 0 : _session.Entry.Record.Remembered.CountMissing(_session.Tail.Turn);

    /// <summary>Sees to it that what was appended is remembered before long.</summary>
    public void AfterAppend()
    {
        Volatile.Write(ref _lastAppend, _time.GetTimestamp());
        Begin();
    }

    /// <summary>Sees to it that what was said is remembered: at once, if it is enough or nothing was said here for a while.</summary>
    public void Begin()
    {
        if (_policy is null || _stopping.IsCancellationRequested)
            return;
        ReportBacklog();
        if (Pending >= _policy.AfterTurns)
            Volatile.Read(ref _enough).TrySetResult();
        _flight.Run(() => RunAsync(_policy));
    }

    /// <summary>Has all remembered that was said, and waits for it, until the token ends the wait.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _flight.DrainAsync(cancellationToken).ConfigureAwait(false);
        if (_facts is not null)
            await _facts.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task RunAsync(RememberPolicy policy)
    {
        for (var failures = 0; Pending > 0;)
        {
            await WaitUntilDueAsync(policy).ConfigureAwait(false);
            var isDone = await TryRememberAsync(policy).ConfigureAwait(false);
            ReportBacklog();
            if (isDone)
            {
                failures = 0;
                continue;
            }
            SessionInstruments.RememberFailures.Add(1);
            // Nobody may append any more, and then nobody else tries again.
            if (++failures > MaxRetries || _stopping.IsCancellationRequested)
                return;
            await Task.Delay(FirstPause * Math.Pow(2, failures - 1), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _facts?.Begin(_stopping.Token);
    }

    async Task WaitUntilDueAsync(RememberPolicy policy)
    {
        while (!_stopping.IsCancellationRequested)
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _enough, enough);
            // Long before the session ends, however long the policy is content to wait.
            var wait = new[] { policy.AfterQuiet, _session.Entry.Record.Retention / 2 }.Min();
            var quiet = wait - _time.GetElapsedTime(Volatile.Read(ref _lastAppend));
            if (Pending >= policy.AfterTurns || quiet <= TimeSpan.Zero)
                return;
            await enough.Task.WaitAsync(quiet, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary><c>false</c>: it can't be done now.</summary>
    async Task<bool> TryRememberAsync(RememberPolicy policy)
    {
        try
        {
            var request = new RememberRequest(SessionRecords.NewRequest(), policy.ToRule());
            var outcome = await _memories.RememberAsync(request, CancellationToken.None).ConfigureAwait(false);
            if (outcome is RememberOutcome.Remembered remembered)
                SessionInstruments.RememberedTurns.Add(remembered.UpTo - remembered.From + 1);
            _isGone |= outcome is RememberOutcome.Refused { Why: WriteOutcome.NotFound };
            return _isGone || outcome is RememberOutcome.Remembered;
        }
        catch (Exception e) when (e is StoreUnavailableException or SessionCorruptException or LogCorruptException)
        {
            return false;
        }
    }

    void ReportBacklog()
    {
        var pending = Pending;
        SessionInstruments.RememberBacklog.Add(pending - Interlocked.Exchange(ref _backlog, pending));
    }
}
