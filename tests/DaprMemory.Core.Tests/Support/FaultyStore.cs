using System.Collections.Concurrent;
using System.Globalization;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Tests;

/// <summary>One node's way to a shared store, which fails as stores do: before a write, after it, or by letting it land later.</summary>
sealed class FaultyStore(FaultyStore.Shared disk, Random random) : ICommitStore
{
    /// <summary>What all nodes share.</summary>
    public sealed class Shared(TimeProvider? time = null)
    {
        readonly ConcurrentBag<Task> _late = [];
        readonly ConcurrentDictionary<string, DateTimeOffset> _expiries = new();
        long _lastTag;
        long _calls;

        public ConcurrentDictionary<string, StoredValue> Values { get; } = new();

        /// <summary>How often any node called the store.</summary>
        public long Calls => Interlocked.Read(ref _calls);

        public void Count() => Interlocked.Increment(ref _calls);

        public bool TryGet(string key, out StoredValue value)
        {
            if (_expiries.TryGetValue(key, out var expiresAt) && (time ?? TimeProvider.System).GetUtcNow() >= expiresAt && _expiries.TryRemove(KeyValuePair.Create(key, expiresAt)))
                Values.TryRemove(key, out _);
            return Values.TryGetValue(key, out value);
        }

        public bool Create(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive) =>
            !TryGet(key, out _) && Values.TryAdd(key, new StoredValue(value.ToArray(), NewTag())) && Expire(key, timeToLive);

        public bool Update(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive) =>
            TryGet(key, out var current) && current.ETag == etag
            && Values.TryUpdate(key, new StoredValue(value.ToArray(), NewTag()), current) && Expire(key, timeToLive);

        bool Expire(string key, TimeSpan? timeToLive)
        {
            if (timeToLive is { } life)
                _expiries[key] = (time ?? TimeProvider.System).GetUtcNow() + life;
            return true;
        }

        public void Later(Func<bool> write) => _late.Add(Task.Run(async () =>
        {
            await Task.Delay(Random.Shared.Next(1, 30));
            write();
        }));

        /// <summary>Waits until every write that was still on its way has landed.</summary>
        public Task SettleAsync() => Task.WhenAll(_late);

        string NewTag() => Interlocked.Increment(ref _lastTag).ToString(CultureInfo.InvariantCulture);
    }

    readonly Lock _lock = new();

    /// <summary>The share of calls that fail in some way.</summary>
    public double FaultRate { get; set; }

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        WriteAsync(() => disk.Create(key, value, timeToLive));

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        WriteAsync(() => disk.Update(key, value, etag, timeToLive));

    public async Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await Task.Yield();
        disk.Count();
        if (Draw() < FaultRate)
            throw new StoreUnavailableException("the store does not answer");
        return disk.TryGet(key, out var value) ? value : null;
    }

    public async Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await Task.Yield();
        disk.Count();
        var found = new Dictionary<string, StoredValue>();
        foreach (var key in keys)
        {
            // A bulk read may leave out what is there.
            if (Draw() >= FaultRate && disk.TryGet(key, out var value))
                found[key] = value;
        }
        return found;
    }

    async Task<bool> WriteAsync(Func<bool> write)
    {
        await Task.Yield();
        disk.Count();
        var fault = Draw();
        if (fault >= FaultRate)
            return write();
        if (fault < FaultRate / 3)
            write();
        else if (fault < FaultRate * 2 / 3)
            disk.Later(write);
        return false;
    }

    double Draw()
    {
        lock (_lock)
            return random.NextDouble();
    }
}
