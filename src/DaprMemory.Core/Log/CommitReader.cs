namespace DaprMemory.Core.Log;

/// <summary>Reads single commits of one space; callers who want the same one at the same time share the read.</summary>
internal sealed class CommitReader(CommitLog log)
{
    readonly Lock _lock = new();
    readonly Dictionary<long, Task<Commit?>> _reads = [];

    /// <summary>Reads commit <paramref name="number"/>; null: the log certainly ends before it.</summary>
    public Task<Commit?> ReadAsync(long number)
    {
        lock (_lock)
        {
            if (!_reads.TryGetValue(number, out var read))
                _reads[number] = read = RunAsync(number);
            return read;
        }
    }

    async Task<Commit?> RunAsync(long number)
    {
        // Not under the caller's lock, and not before the read is listed.
        await Task.Yield();
        try
        {
            return (await log.ReadAsync(number, CancellationToken.None).ConfigureAwait(false))?.Commit;
        }
        finally
        {
            lock (_lock)
                _reads.Remove(number);
        }
    }
}
