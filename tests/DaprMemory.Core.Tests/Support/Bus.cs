using System.Collections.Concurrent;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests;

/// <summary>The topic between nodes, as a list: tests decide what is delivered, when, how often and in which order.</summary>
sealed class Bus : ICommitPublisher
{
    /// <summary>What was published, in order.</summary>
    public ConcurrentQueue<(SpaceId Space, long Number, ReadOnlyMemory<byte> Text)> Events { get; } = new();

    /// <summary>Whether publishing fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>The published numbers, in order.</summary>
    public IEnumerable<long> Numbers => Events.Select(e => e.Number);

    public Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (IsDown)
            return Task.FromResult(false);
        Events.Enqueue((space, number, text));
        return Task.FromResult(true);
    }

    public async Task DeliverAsync(Node node, params long[] numbers)
    {
        foreach (var number in numbers)
        {
            var found = Events.First(e => e.Number == number);
            await node.Spaces.ReceiveAsync(found.Space, found.Number, found.Text, default);
        }
    }

    /// <summary>Waits for what is published in the background.</summary>
    public async Task WaitForAsync(Func<IReadOnlyList<long>, bool> isThere)
    {
        for (var patience = 0; !isThere([.. Numbers]); patience++)
        {
            patience.ShouldBeLessThan(4000, $"published: {string.Join(' ', Numbers)}");
            await Task.Delay(5);
        }
    }
}
