using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Router.Ring;

/// <summary>A consistent-hash ring: says which shard a key belongs to, and which shards follow it. Immutable.</summary>
public sealed class HashRing
{
    /// <summary>How many points each shard has on the ring.</summary>
    public const int VirtualNodes = 150;

    // As many characters as a ring key or the name of a virtual node ever has; longer ones only cost an array.
    const int StackBytes = 256;
    const int StackShards = 256;

    readonly ulong[] _points;
    readonly int[] _owners;
    readonly int _shards;

    /// <summary>Builds the ring. It depends on the set of names only, not on their order.</summary>
    /// <param name="shards">The shards' names, each once. A shard's index in this list is its number on the ring.</param>
    public HashRing(IReadOnlyList<string> shards)
    {
        _shards = shards.Count;
        var nodes = new (ulong Point, int Owner)[_shards * VirtualNodes];
        for (var shard = 0; shard < _shards; shard++)
        {
            for (var node = 0; node < VirtualNodes; node++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{shards[shard]}#{node}");
                nodes[(shard * VirtualNodes) + node] = (Hash(name), shard);
            }
        }
        Array.Sort(
            nodes,
            (a, b) => a.Point != b.Point ? a.Point.CompareTo(b.Point) : string.CompareOrdinal(shards[a.Owner], shards[b.Owner]));
        _points = Array.ConvertAll(nodes, node => node.Point);
        _owners = Array.ConvertAll(nodes, node => node.Owner);
    }

    /// <summary>The place of a key on the ring: the first eight bytes of its SHA-256, big-endian.</summary>
    public static ulong Hash(ReadOnlySpan<char> key)
    {
        var size = Encoding.UTF8.GetMaxByteCount(key.Length);
        var utf8 = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }

    /// <summary>Walks the ring from a place on it: the shard that owns the place, then each further shard as the walk meets it.</summary>
    /// <param name="place">From <see cref="Hash"/>.</param>
    /// <param name="shards">Takes the shards' numbers, each once. The walk ends when it is full or no shard is left.</param>
    /// <returns>How many were written.</returns>
    public int Walk(ulong place, Span<int> shards)
    {
        var wanted = Math.Min(shards.Length, _shards);
        Span<bool> seen = _shards <= StackShards ? stackalloc bool[StackShards] : new bool[_shards];
        var found = 0;
        for (var i = FirstAtOrAfter(place); found < wanted; i = i + 1 == _owners.Length ? 0 : i + 1)
        {
            var owner = _owners[i];
            if (seen[owner])
                continue;
            seen[owner] = true;
            shards[found++] = owner;
        }
        return found;
    }

    /// <summary>Each shard's exact share of the hash space, by its number. The shares add up to 1.</summary>
    public double[] Shares()
    {
        var arcs = new UInt128[_shards];
        for (var i = 0; i < _points.Length; i++)
        {
            // A point owns what lies between it and the point before; unsigned subtraction wraps where the ring does.
            var arc = unchecked(_points[i] - _points[(i == 0 ? _points.Length : i) - 1]);
            arcs[_owners[i]] += arc;
        }
        return Array.ConvertAll(arcs, arc => (double)arc / Math.Pow(2, 64));
    }

    int FirstAtOrAfter(ulong place)
    {
        var i = Array.BinarySearch(_points, place);
        if (i < 0)
            i = ~i;
        return i == _points.Length ? 0 : i;
    }
}
