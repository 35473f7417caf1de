using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>
/// The requests of the last 24 hours, at most 10,000, so that a retried one gets its first answer. A function of the log alone (time is
/// that of the commits), so every node has the same window at the same version. Not safe for concurrent use.
/// </summary>
internal sealed class IdempotencyWindow
{
    public const int Capacity = 10_000;
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    readonly Dictionary<UInt128, Item> _items = [];
    readonly Queue<Item> _byAge = new();

    public int Count => _items.Count;

    public IEnumerable<Item> Items => _byAge;

    /// <summary>One request that stands in the log.</summary>
    /// <param name="Request">Identifies agent and idempotency key.</param>
    /// <param name="Digest">What the client sent under it.</param>
    /// <param name="Place">Its entry.</param>
    /// <param name="At">When its commit was built.</param>
    public readonly record struct Item(UInt128 Request, UInt128 Digest, ETag Place, DateTimeOffset At);

    /// <summary>Keys of different agents never meet.</summary>
    public static UInt128 Identify(string by, string requestId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{by}\0{requestId}"), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    public bool TryGet(UInt128 request, out Item item) => _items.TryGetValue(request, out item);

    public void Apply(Commit commit)
    {
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            var entry = commit.Entries[i];
            Add(new Item(Identify(entry.By, entry.RequestId), entry.RequestDigest, new ETag(commit.Number, i), commit.At));
        }
        while (_byAge.Count > Capacity || (_byAge.TryPeek(out var oldest) && oldest.At < commit.At - Span))
        {
            var gone = _byAge.Dequeue();
            if (_items.TryGetValue(gone.Request, out var current) && current.Place == gone.Place)
                _items.Remove(gone.Request);
        }
    }

    public void Add(Item item)
    {
        _items[item.Request] = item;
        _byAge.Enqueue(item);
    }
}
