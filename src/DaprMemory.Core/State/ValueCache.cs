using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.State;

/// <summary>
/// The newest values of records that were used lately, up to a budget in bytes; the least recently used leave first. An entry carries its
/// ETag and is given only to who asks for just that one, so it can be missing but never wrong.
/// </summary>
public sealed class ValueCache(long budgetBytes)
{
    const int EntryOverheadBytes = 200;

    readonly Lock _lock = new();
    readonly Dictionary<(SpaceId, RecordKey), LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _byUse = new();
    long _bytes;

    /// <summary>What the entries take, in bytes, keys and overhead included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Finds the value of just this change of the record.</summary>
    public bool TryGet(SpaceId space, RecordKey key, ETag etag, out ReadOnlyMemory<byte> json)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((space, key), out var node) && node.Value.ETag == etag)
            {
                if (node != _byUse.First)
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                }
                json = node.Value.Json;
                return true;
            }
        }
        json = default;
        return false;
    }

    /// <summary>Keeps a value, unless a newer change of the record is there already. The memory must not change any more.</summary>
    public void Put(SpaceId space, RecordKey key, ETag etag, ReadOnlyMemory<byte> json)
    {
        var size = json.Length + 2 * key.Key.Length + EntryOverheadBytes;
        if (size > budgetBytes / 4)
            return;
        lock (_lock)
        {
            if (_entries.TryGetValue((space, key), out var node))
            {
                if (node.Value.ETag >= etag)
                    return;
                Remove(node);
            }
            _entries[(space, key)] = _byUse.AddFirst(new Entry(space, key, etag, json, size));
            _bytes += size;
            while (_bytes > budgetBytes)
                Remove(_byUse.Last!);
        }
    }

    /// <summary>Forgets a record, because it was deleted.</summary>
    public void Remove(SpaceId space, RecordKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue((space, key), out var node))
                Remove(node);
        }
    }

    void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove((node.Value.Space, node.Value.Key));
        _bytes -= node.Value.Size;
    }

    sealed record Entry(SpaceId Space, RecordKey Key, ETag ETag, ReadOnlyMemory<byte> Json, int Size);
}
