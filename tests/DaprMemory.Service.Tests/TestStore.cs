using System.Collections.Concurrent;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Tests;

/// <summary>A commit store in memory that can be down, or slow to save.</summary>
internal sealed class TestStore : ICommitStore
{
    readonly ConcurrentDictionary<string, StoredValue> _values = new();
    long _tags;

    public bool IsDown { get; set; }

    public TaskCompletionSource? SaveGate { get; set; }

    public TaskCompletionSource SaveBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        SaveBegan.TrySetResult();
        if (SaveGate is { } gate)
            await gate.Task;
        return !IsDown && _values.TryAdd(key, New(value));
    }

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, CancellationToken cancellationToken) =>
        Task.FromResult(!IsDown && _values.TryGetValue(key, out var old) && old.ETag == etag && _values.TryUpdate(key, New(value), old));

    public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) => IsDown
        ? Task.FromException<StoredValue?>(new StoreUnavailableException("down"))
        : Task.FromResult<StoredValue?>(_values.TryGetValue(key, out var value) ? value : null);

    public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => IsDown
        ? Task.FromException<IReadOnlyDictionary<string, StoredValue>>(new StoreUnavailableException("down"))
        : Task.FromResult<IReadOnlyDictionary<string, StoredValue>>(
            keys.Where(_values.ContainsKey).ToDictionary(key => key, key => _values[key]));

    /// <summary>Spoils a commit as a broken disk would.</summary>
    public void Tear(string key) => _values[key] = New("{}"u8.ToArray());

    StoredValue New(ReadOnlyMemory<byte> value) => new(value.ToArray(), Interlocked.Increment(ref _tags).ToString());
}
