using DaprMemory.Core.Log;

namespace DaprMemory.Core.Spaces;

/// <summary>Decides when a space is due for a checkpoint and saves it in the background, never two at once on this node.</summary>
internal sealed class Checkpointer(CheckpointStore store, SpaceOptions options, long savedBytes)
{
    static readonly SemaphoreSlim OneAtATime = new(1);

    long _savedBytes = savedBytes;
    long _bytes;
    int _commits;
    int _isBusy;

    public bool IsBusy => Volatile.Read(ref _isBusy) == 1;

    /// <summary>
    /// Counts a commit of the log behind the last checkpoint and, when one is due, saves what <paramref name="takePicture"/> gives in the
    /// background. Not safe for concurrent use.
    /// </summary>
    public void Count(int bytes, Func<(View, IReadOnlyCollection<IdempotencyWindow.Item>)> takePicture)
    {
        _commits++;
        _bytes += bytes;
        // A large space waits until its log has grown by as much as its last checkpoint: what is written stays in proportion to what changed.
        var isDue = (_commits >= options.CheckpointCommits || _bytes >= options.CheckpointLogBytes) && _bytes >= Volatile.Read(ref _savedBytes);
        if (!isDue || Interlocked.CompareExchange(ref _isBusy, 1, 0) == 1)
            return;
        // Whatever becomes of it, the next one is due after as many commits again.
        _commits = 0;
        _bytes = 0;
        _ = Task.Run(() => TrySaveAsync(takePicture));
    }

    /// <summary>Saves what <paramref name="takePicture"/> gives, unless there is a checkpoint as new.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task SaveAsync(Func<(View, IReadOnlyCollection<IdempotencyWindow.Item>)> takePicture, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (view, requests) = takePicture();
            if (await store.SaveAsync(view, requests, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                Volatile.Write(ref _savedBytes, bytes);
                CoreInstruments.Checkpoints.Add(1);
            }
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    async Task TrySaveAsync(Func<(View, IReadOnlyCollection<IdempotencyWindow.Item>)> takePicture)
    {
        try
        {
            await SaveAsync(takePicture, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            CoreInstruments.CheckpointFailures.Add(1);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
