using System.Globalization;
using DaprMemory.Core.Log;

namespace DaprMemory.Conformance;

/// <summary>A correct commit store in memory, for tests, whose faults are chosen call by call.</summary>
/// <param name="time">The clock by which keys expire; null for the system's.</param>
public sealed class InMemoryCommitStore(TimeProvider? time = null) : ICommitStore
{
    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly Lock _lock = new();
    readonly Dictionary<string, (StoredValue Value, DateTimeOffset ExpiresAt)> _values = new(StringComparer.Ordinal);
    readonly Queue<Func<bool>> _delayed = new();
    long _lastTag;

    /// <summary>Chooses how the write of a key goes wrong.</summary>
    public Func<string, WriteFault>? OnWrite { get; set; }

    /// <summary>Chooses whether a single read, or a whole bulk read with this key in it, gets no answer.</summary>
    public Func<string, bool>? IsUnavailable { get; set; }

    /// <summary>Chooses whether a bulk read leaves out a key that is there.</summary>
    public Func<string, bool>? IsDroppedFromGetMany { get; set; }

    /// <inheritdoc />
    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var copy = value.ToArray();
        return WriteAsync(key, () =>
        {
            if (Find(key) is not null)
                return false;
            Put(key, copy, timeToLive);
            return true;
        });
    }

    /// <inheritdoc />
    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var copy = value.ToArray();
        return WriteAsync(key, () =>
        {
            if (Find(key)?.ETag != etag)
                return false;
            Put(key, copy, timeToLive);
            return true;
        });
    }

    /// <inheritdoc />
    public async Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnavailable(key);
        lock (_lock)
            return Find(key);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var found = new Dictionary<string, StoredValue>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            ThrowIfUnavailable(key);
            if (IsDroppedFromGetMany?.Invoke(key) == true)
                continue;
            lock (_lock)
            {
                if (Find(key) is { } value)
                    found[key] = value;
            }
        }
        return found;
    }

    /// <summary>Lets the writes that were on their way land, in the order they were made.</summary>
    /// <returns>How many took effect.</returns>
    public int LandDelayedWrites()
    {
        lock (_lock)
        {
            var landed = 0;
            while (_delayed.TryDequeue(out var write))
                landed += write() ? 1 : 0;
            return landed;
        }
    }

    /// <summary>Forgets keys before their time, as a store does that has no room.</summary>
    /// <returns>How many were there.</returns>
    public int Evict(Func<string, bool> isEvicted)
    {
        lock (_lock)
        {
            var evicted = _values.Keys.Where(isEvicted).ToList();
            evicted.ForEach(key => _values.Remove(key));
            return evicted.Count;
        }
    }

    StoredValue? Find(string key) => _values.TryGetValue(key, out var found) && _time.GetUtcNow() < found.ExpiresAt ? found.Value : null;

    void Put(string key, byte[] value, TimeSpan? timeToLive) =>
        _values[key] = (new StoredValue(value, NewTag()), timeToLive is { } life ? _time.GetUtcNow() + life : DateTimeOffset.MaxValue);

    async Task<bool> WriteAsync(string key, Func<bool> write)
    {
        // As over a network: nothing is decided before the caller's next line runs.
        await Task.Yield();
        var fault = OnWrite?.Invoke(key) ?? WriteFault.None;
        lock (_lock)
        {
            switch (fault)
            {
                case WriteFault.None:
                    return write();
                case WriteFault.FailAfterApply:
                    write();
                    return false;
                case WriteFault.LandLater:
                    _delayed.Enqueue(write);
                    return false;
                default:
                    return false;
            }
        }
    }

    void ThrowIfUnavailable(string key)
    {
        if (IsUnavailable?.Invoke(key) == true)
            throw new StoreUnavailableException($"no answer for {key}");
    }

    string NewTag() => (++_lastTag).ToString(CultureInfo.InvariantCulture);
}
