using System.Globalization;
using DaprMemory.Core.Log;

namespace DaprMemory.Conformance;

/// <summary>A correct commit store in memory, for tests, whose faults are chosen call by call.</summary>
public sealed class InMemoryCommitStore : ICommitStore
{
    readonly Lock _lock = new();
    readonly Dictionary<string, StoredValue> _values = new(StringComparer.Ordinal);
    readonly Queue<Func<bool>> _delayed = new();
    long _lastTag;

    /// <summary>Chooses how the write of a key goes wrong.</summary>
    public Func<string, WriteFault>? OnWrite { get; set; }

    /// <summary>Chooses whether a single read, or a whole bulk read with this key in it, gets no answer.</summary>
    public Func<string, bool>? IsUnavailable { get; set; }

    /// <summary>Chooses whether a bulk read leaves out a key that is there.</summary>
    public Func<string, bool>? IsDroppedFromGetMany { get; set; }

    /// <inheritdoc />
    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var copy = value.ToArray();
        return WriteAsync(key, () => _values.TryAdd(key, new StoredValue(copy, NewTag())));
    }

    /// <inheritdoc />
    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, CancellationToken cancellationToken)
    {
        var copy = value.ToArray();
        return WriteAsync(key, () =>
        {
            if (!_values.TryGetValue(key, out var current) || current.ETag != etag)
                return false;
            _values[key] = new StoredValue(copy, NewTag());
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
            return _values.TryGetValue(key, out var value) ? value : null;
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
                if (_values.TryGetValue(key, out var value))
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
