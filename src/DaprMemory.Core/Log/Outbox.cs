using System.Diagnostics.CodeAnalysis;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>
/// Publishes a space's commits. The log is the outbox: the store holds the last version up to which all is published, and what lies
/// between it and the head is published again, by whoever opens the space or finds commits there that no event told of. So a crash
/// between commit and event delays the event, and a failure to publish never fails a write.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no handle: nothing to release.")]
internal sealed class Outbox(ICommitStore store, ICommitPublisher publisher, CommitLog log, Func<long> version, TimeSpan grace, TimeProvider time)
{
    /// <summary>How many texts wait in memory; what comes on top is read from the log when its turn comes.</summary>
    const int MaxWaiting = 256;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly VersionMark _mark = new(store, StoreKeys.Published(log.Space));
    readonly Lock _lock = new();
    readonly Queue<LoggedCommit> _waiting = new();
    readonly SortedSet<long> _ahead = [];
    readonly CancellationTokenSource _stopping = new();
    TaskCompletionSource _news = new();
    Task _running = Task.CompletedTask;
    bool _isRunning;
    bool _isDraining;
    long? _checkAfter;
    long _published;
    long _marked;
    string? _markTag;

    /// <summary>Publishes a commit of this node's own.</summary>
    public void Add(in LoggedCommit commit)
    {
        lock (_lock)
        {
            if (_waiting.Count < MaxWaiting)
            {
                _waiting.Enqueue(commit);
                CoreInstruments.PublishBacklog.Add(1);
            }
            else
                _checkAfter ??= time.GetTimestamp();
            Run();
        }
    }

    /// <summary>Notes that a commit's event has come: it is published, whoever did it.</summary>
    public void Seen(long number)
    {
        lock (_lock)
            Note(number);
    }

    /// <summary>Asks for a look, after a while, at whether all of the log is published.</summary>
    public void CheckLater()
    {
        lock (_lock)
        {
            _checkAfter ??= time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);
            Run();
        }
    }

    /// <summary>Publishes what waits, as far as it can be done now, and marks it.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
        {
            _isDraining = true;
            _news.TrySetResult();
            running = _running;
        }
        using (cancellationToken.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _stopping))
            await running.ConfigureAwait(false);
    }

    void Run()
    {
        _news.TrySetResult();
        if (_isRunning || _isDraining)
            return;
        _isRunning = true;
        _running = Task.Run(RunAsync);
    }

    async Task RunAsync()
    {
        var lookedAt = time.GetTimestamp();
        var isLast = false;
        try
        {
            while (true)
            {
                await PublishWaitingAsync().ConfigureAwait(false);
                // The mark only bounds what would be published twice: now and then is often enough.
                if (await IsTimeToLookAsync(lookedAt).ConfigureAwait(false))
                {
                    lookedAt = time.GetTimestamp();
                    await CheckAsync().ConfigureAwait(false);
                    await MarkAsync().ConfigureAwait(false);
                }
                lock (_lock)
                {
                    // What draining found half done is done once more, whole.
                    if (_isDraining ? !isLast : _waiting.Count > 0 || _checkAfter is not null || _published > _marked)
                    {
                        isLast = _isDraining;
                        continue;
                    }
                    _isRunning = false;
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
                _isRunning = false;
        }
    }

    /// <summary>Waits for something to publish, or until it is time to look after the rest.</summary>
    async Task<bool> IsTimeToLookAsync(long lookedAt)
    {
        var rest = grace / 4 - time.GetElapsedTime(lookedAt);
        if (_isDraining || rest <= TimeSpan.Zero)
            return true;
        Task news;
        lock (_lock)
        {
            if (_waiting.Count > 0)
                return false;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news = _news.Task;
        }
        try
        {
            await news.WaitAsync(rest, time, _stopping.Token).ConfigureAwait(false);
            return _isDraining;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    async Task PublishWaitingAsync()
    {
        for (var failures = 0; ;)
        {
            LoggedCommit next;
            lock (_lock)
            {
                if (!_waiting.TryPeek(out next))
                    return;
            }
            if (!await publisher.TryPublishAsync(log.Space, next.Commit.Number, next.Text, _stopping.Token).ConfigureAwait(false))
            {
                CoreInstruments.PublishFailures.Add(1);
                // Who stops does not wait for a broker that is down: what is not marked is published again.
                if (_isDraining)
                    return;
                await PauseAsync(Shorter(FirstPause * Math.Pow(2, Math.Min(failures++, 10)), LongestPause)).ConfigureAwait(false);
                continue;
            }
            failures = 0;
            CoreInstruments.PublishBacklog.Add(-1);
            lock (_lock)
            {
                _waiting.Dequeue();
                Note(next.Commit.Number);
            }
        }
    }

    /// <summary>Publishes what nobody is known to have published.</summary>
    async Task CheckAsync()
    {
        lock (_lock)
        {
            if (_isDraining || _checkAfter is not { } due || time.GetTimestamp() < due)
                return;
            _checkAfter = null;
        }
        try
        {
            await ReadMarkAsync().ConfigureAwait(false);
            var last = version();
            await foreach (var commit in log.ReadAsync(_published, last, _stopping.Token).ConfigureAwait(false))
            {
                lock (_lock)
                {
                    if (commit.Commit.Number <= _published || _ahead.Contains(commit.Commit.Number))
                        continue;
                }
                if (!await publisher.TryPublishAsync(log.Space, commit.Commit.Number, commit.Text, _stopping.Token).ConfigureAwait(false))
                {
                    CoreInstruments.PublishFailures.Add(1);
                    CheckLater();
                    return;
                }
                CoreInstruments.Republished.Add(1);
                Seen(commit.Commit.Number);
            }
        }
        catch (StoreUnavailableException)
        {
            CheckLater();
        }
    }

    async Task ReadMarkAsync()
    {
        if (await _mark.ReadAsync(_stopping.Token).ConfigureAwait(false) is not var (mark, tag))
            return;
        lock (_lock)
        {
            (_marked, _markTag) = (mark, tag);
            if (mark > _published)
            {
                _published = mark;
                _ahead.RemoveWhere(number => number <= mark);
                Advance();
            }
        }
    }

    async Task MarkAsync()
    {
        long published;
        lock (_lock)
        {
            published = _published;
            if (published <= _marked)
                return;
        }
        try
        {
            var saved = await _mark.TrySaveAsync(published, _markTag, _stopping.Token).ConfigureAwait(false);
            // The tag for the next time; and, when another node was faster, its mark.
            await ReadMarkAsync().ConfigureAwait(false);
            if (!saved && published > _marked)
                CheckLater();
        }
        catch (StoreUnavailableException)
        {
            CheckLater();
        }
    }

    void Note(long number)
    {
        if (number <= _published)
            return;
        _ahead.Add(number);
        Advance();
    }

    void Advance()
    {
        while (_ahead.Remove(_published + 1))
            _published++;
    }

    async Task PauseAsync(TimeSpan pause)
    {
        if (!_isDraining)
            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(false);
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
