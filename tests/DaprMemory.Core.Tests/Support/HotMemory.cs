using System.Collections.Concurrent;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests;

/// <summary>A hot store in memory that can be down.</summary>
sealed class HotMemory : IHotStore
{
    public ConcurrentDictionary<string, ReadOnlyMemory<byte>> Texts { get; } = new();

    public bool IsDown { get; set; }

    public Task<ReadOnlyMemory<byte>?> TryGetAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(!IsDown && Texts.TryGetValue(key, out var text) ? text : (ReadOnlyMemory<byte>?)null);

    public Task<bool> TrySetAsync(string key, ReadOnlyMemory<byte> text, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        if (!IsDown)
            Texts[key] = text;
        return Task.FromResult(!IsDown);
    }
}
