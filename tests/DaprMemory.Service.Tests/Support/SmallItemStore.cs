using System.Text;
using DaprMemory.Conformance;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Tests.Support;

/// <summary>A store whose items are as small as DynamoDB's. What is larger it refuses, time and again, and says no more than any store says that failed.</summary>
internal sealed class SmallItemStore : ICommitStore
{
    // With the key and the names of attributes.
    const int MaxItemBytes = 400 * 1024, NamesBytes = 64;

    readonly InMemoryCommitStore _items = new();
    int _refused;

    /// <summary>How many writes were too large.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        Fits(key, value) ? _items.TryCreateAsync(key, value, timeToLive, cancellationToken) : Task.FromResult(false);

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        Fits(key, value) ? _items.TryUpdateAsync(key, value, etag, timeToLive, cancellationToken) : Task.FromResult(false);

    public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) => _items.GetAsync(key, cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        _items.GetManyAsync(keys, cancellationToken);

    bool Fits(string key, ReadOnlyMemory<byte> value)
    {
        if (Encoding.UTF8.GetByteCount(key) + StoredText.LengthOf(value.Span) + NamesBytes <= MaxItemBytes)
            return true;
        Interlocked.Increment(ref _refused);
        return false;
    }
}
