using System.Collections.Concurrent;
using System.Globalization;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Tests;

/// <summary>One node's way to a shared store, which fails as stores do: before a write, after it, or by letting it land later.</summary>
sealed class FaultyStore(FaultyStore.Shared disk, Random random) : ICommitStore
{
    /// <summary>What all nodes share.</summary>
    public sealed class Shared
    {
        readonly ConcurrentBag<Task> _late = [];
        long _lastTag;

        public ConcurrentDictionary<string, StoredValue> Values { get; } = new();

        public bool Create(string key, ReadOnlyMemory<byte> value) => Values.TryAdd(key, new StoredValue(value.ToArray(), NewTag()));

        public bool Update(string key, ReadOnlyMemory<byte> value, string etag) =>
            Values.TryGetValue(key, out var current) && current.ETag == etag && Values.TryUpdate(key, new StoredValue(value.ToArray(), NewTag()), current);

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

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) => WriteAsync(() => disk.Create(key, value));

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, CancellationToken cancellationToken) => WriteAsync(() => disk.Update(key, value, etag));

    public async Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Draw() < FaultRate)
            throw new StoreUnavailableException("the store does not answer");
        return disk.Values.TryGetValue(key, out var value) ? value : null;
    }

    public async Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var found = new Dictionary<string, StoredValue>();
        foreach (var key in keys)
        {
            // A bulk read may leave out what is there.
            if (Draw() >= FaultRate && disk.Values.TryGetValue(key, out var value))
                found[key] = value;
        }
        return found;
    }

    async Task<bool> WriteAsync(Func<bool> write)
    {
        await Task.Yield();
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
