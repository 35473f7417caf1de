using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>What a read is promised.</summary>
public enum ConsistencyLevel
{
    /// <summary>Read your writes, monotonic reads: the view holds at least the version the client has seen.</summary>
    Session,

    /// <summary>Linearizable: the view is checked against the log after the request began.</summary>
    Strong,
}

/// <summary>Where a value came from.</summary>
public enum ValueSource
{
    /// <summary>This node's memory.</summary>
    Cache,

    /// <summary>The hot store.</summary>
    Hot,

    /// <summary>The log in the strong store.</summary>
    Store,
}

/// <summary>A record's value.</summary>
/// <param name="Json">The JSON text as it was put, UTF-8. Shared: not to be changed.</param>
/// <param name="Source">Where it came from.</param>
public readonly record struct RecordValue(ReadOnlyMemory<byte> Json, ValueSource Source);

/// <summary>A commit as it stands in the log.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Json">Its JSON text, UTF-8.</param>
public readonly record struct StoredCommit(long Number, ReadOnlyMemory<byte> Json);

/// <summary>An open space on this node. All calls may be made from any thread.</summary>
public sealed class Space
{
    /// <summary>Its name.</summary>
    public SpaceId Id { get; }

    /// <summary>The newest picture this node has.</summary>
    public View View => throw new NotSupportedException();

    /// <summary>Gives a view that keeps the promise; null when the log ends before <paramref name="atLeast"/> (such a version was never given out).</summary>
    /// <exception cref="StoreUnavailableException">The promise can't be kept now.</exception>
    public ValueTask<View?> ReachAsync(ConsistencyLevel level, long atLeast, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The view as it was at <paramref name="version"/>; null if there is no such version yet.</summary>
    public ValueTask<View?> ViewAtAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads the value of the record that a view knows under this key with this ETag.</summary>
    public ValueTask<RecordValue> ReadValueAsync(RecordKey key, ETag etag, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Commits a request. <paramref name="cancellationToken"/> ends the wait, not the write.</summary>
    public Task<WriteOutcome> WriteAsync(WriteRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads commits with numbers above <paramref name="after"/>, up to this node's version, in order; fewer than <paramref name="limit"/> when they are large.</summary>
    public Task<IReadOnlyList<StoredCommit>> ReadCommitsAsync(long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
