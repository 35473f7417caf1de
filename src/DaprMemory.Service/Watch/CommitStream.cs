using System.IO.Pipelines;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Watch;

/// <summary>
/// Follows one space for one watcher. It has no queue: what the watcher has not taken stays in the log, and is read when its turn comes.
/// </summary>
internal sealed class CommitStream(SpaceRegistry registry, WatchOptions options, TimeProvider time, SpaceId id, long after, string prefix)
{
    // What one watcher may hold in memory while it does not read: a few commits, or a few MiB of large ones.
    const int MaxBatch = 16;

    long _position = after;
    long _written;

    /// <summary>Writes commits as they come, as fast as they are taken, until the token ends it or the reader is gone.</summary>
    public async Task WriteAsync(PipeWriter to, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(options.Poll < options.Heartbeat ? options.Poll : options.Heartbeat, time);
        var tick = timer.WaitForNextTickAsync(ended).AsTask();
        Space? awaited = null;
        var beyond = Task.CompletedTask;
        EventText.WriteHeartbeat(to, _position);
        while (await FlushAsync(to, ended))
        {
            // Each time anew: a space that was closed meanwhile, to make room, hears no events.
            var space = await TryOpenAsync(ended);
            if (space is not null && await TrySendAsync(space, to, ended))
                continue;
            if (space is not null && (space != awaited || beyond.IsCompleted))
                (awaited, beyond) = (space, space.WaitBeyondAsync(_position, ended));
            // A space that could not be read is tried again at the next tick, not at once.
            await Task.WhenAny(tick, space is null || space.View.Version > _position ? tick : beyond);
            if (!tick.IsCompleted)
                continue;
            await tick;
            tick = timer.WaitForNextTickAsync(ended).AsTask();
            if (space is not null)
                await space.ReachAsync(ConsistencyLevel.Eventual, 0, ended);
            if (time.GetElapsedTime(_written) >= options.Heartbeat)
                EventText.WriteHeartbeat(to, _position);
        }
    }

    async Task<Space?> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await registry.OpenAsync(id, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Sends what comes next, if there is something.</summary>
    async Task<bool> TrySendAsync(Space space, PipeWriter to, CancellationToken ended)
    {
        IReadOnlyList<StoredCommit> commits;
        try
        {
            commits = await space.ReadCommitsAsync(_position, MaxBatch, ended);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
        foreach (var commit in commits)
        {
            _position = commit.Number;
            if (!CommitKeys.AnyBeginsWith(commit.Json.Span, prefix))
                continue;
            EventText.WriteCommit(to, commit);
            if (!await FlushAsync(to, ended))
                break;
        }
        return commits.Count > 0;
    }

    /// <summary>Waits until the reader has room again; false when it is gone.</summary>
    async ValueTask<bool> FlushAsync(PipeWriter to, CancellationToken ended)
    {
        if (to.UnflushedBytes == 0)
            return true;
        var flushed = await to.FlushAsync(ended);
        _written = time.GetTimestamp();
        return !flushed.IsCompleted;
    }
}
