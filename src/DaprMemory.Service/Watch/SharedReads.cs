using System.Collections.Concurrent;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Watch;

/// <summary>
/// Reads of logs that watchers share: those who have come equally far, and wake at the same commit, read it together. What was read is not
/// kept: who comes later reads again.
/// </summary>
internal sealed class SharedReads
{
    // What one watcher may hold in memory while it does not read: a few commits, or a few MiB of large ones.
    const int MaxBatch = 16;

    readonly ConcurrentDictionary<(Space Space, long After), Lazy<Task<IReadOnlyList<StoredCommit>>>> _reads = new();

    /// <summary>Reads what comes behind a commit.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    public Task<IReadOnlyList<StoredCommit>> ReadAsync(Space space, long after, CancellationToken cancellationToken) =>
        _reads.GetOrAdd((space, after), static (from, self) => new(() => self.RunAsync(from)), this).Value.WaitAsync(cancellationToken);

    async Task<IReadOnlyList<StoredCommit>> RunAsync((Space Space, long After) from)
    {
        try
        {
            return await from.Space.ReadCommitsAsync(from.After, MaxBatch, CancellationToken.None);
        }
        finally
        {
            _reads.TryRemove(from, out _);
        }
    }
}
