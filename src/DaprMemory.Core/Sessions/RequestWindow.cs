using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>The requests of a session's last blocks, so that a retried one gets its first answer. Not safe for concurrent use.</summary>
internal sealed class RequestWindow
{
    /// <summary>Of how many blocks, at least, the requests are known.</summary>
    public const int Blocks = 256;

    readonly Dictionary<UInt128, Item> _items = [];
    readonly Queue<(UInt128 Identity, long Block)> _byAge = new();

    /// <summary>One request whose turns stand in the session.</summary>
    /// <param name="Block">The block that has them.</param>
    /// <param name="Digest">What the client sent.</param>
    /// <param name="First">The number of its first turn.</param>
    /// <param name="Last">The number of its last turn.</param>
    public readonly record struct Item(long Block, UInt128 Digest, long First, long Last);

    public bool TryGet(UInt128 identity, out Item item) => _items.TryGetValue(identity, out item);

    public void Add(TurnBlock block)
    {
        var first = block.First;
        foreach (var entry in block.Entries)
        {
            var identity = IdempotencyWindow.Identify(entry.By, entry.RequestId);
            _items[identity] = new Item(block.Number, entry.RequestDigest, first, first + entry.Turns.Count - 1);
            _byAge.Enqueue((identity, block.Number));
            first += entry.Turns.Count;
        }
        while (_byAge.TryPeek(out var oldest) && oldest.Block <= block.Number - Blocks)
        {
            _byAge.Dequeue();
            if (_items[oldest.Identity].Block == oldest.Block)
                _items.Remove(oldest.Identity);
        }
    }
}
