using System.IO.Pipelines;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Watch;

/// <summary>
/// Follows one space for one watcher. It has no queue: what the watcher has not taken stays in the log, and is read when its turn comes.
/// </summary>
internal sealed class CommitStream(
    SpaceRegistry registry, SharedReads reads, WatchOptions options, TimeProvider time, SpaceId id, long after, string prefix)
{
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
            Space? space = null;
            try
            {
                // Each time anew: a space that was closed meanwhile, to make room, hears no events.
                space = await registry.OpenAsync(id, ended);
                if (await SendAsync(space, to, ended))
                    continue;
                if (space != awaited || beyond.IsCompleted)
                    (awaited, beyond) = (space, space.WaitBeyondAsync(_position, ended));
            }
            catch (StoreUnavailableException)
            {
                // What can't be read now is tried again at the next tick.
                (space, beyond) = (null, tick);
            }
            await Task.WhenAny(tick, beyond);
            // This may run within the cancellation itself, before it comes to the tick: going round until it does would last for ever.
            ended.ThrowIfCancellationRequested();
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

    /// <summary>Sends what comes next, if there is something.</summary>
    async Task<bool> SendAsync(Space space, PipeWriter to, CancellationToken ended)
    {
        if (space.View.Version <= _position)
            return false;
        foreach (var commit in await reads.ReadAsync(space, _position, ended))
        {
            _position = commit.Number;
            if (!CommitKeys.AnyBeginsWith(commit.Json.Span, prefix))
                continue;
            EventText.WriteCommit(to, commit);
            if (!await FlushAsync(to, ended))
                break;
        }
        return true;
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
