using System.Text;

namespace DaprMemory.Core.State;

/// <summary>A small sketch of the keys that are read most: one read in a few counts, and counts fade, so that what was hot gives way to what is.</summary>
internal sealed class RecentKeys
{
    /// <summary>How many keys it holds.</summary>
    public const int Capacity = 64;

    const int SampleMask = 7;

    readonly Lock _lock = new();
    readonly Dictionary<RecordKey, int> _counts = new(Capacity);
    int _reads;

    /// <summary>Whether it has changed since it was last encoded.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>The keys, the most read first.</summary>
    public IReadOnlyList<RecordKey> Keys
    {
        get
        {
            lock (_lock)
                return [.. _counts.OrderByDescending(count => count.Value).Select(count => count.Key)];
        }
    }

    public void Touch(RecordKey key)
    {
        if ((Interlocked.Increment(ref _reads) & SampleMask) != 0)
            return;
        lock (_lock)
        {
            IsDirty = true;
            if (_counts.TryGetValue(key, out var count))
            {
                _counts[key] = count + 1;
                return;
            }
            // Room is made by letting all counts fade: what is read often outlives it.
            while (_counts.Count >= Capacity)
            {
                foreach (var (known, seen) in _counts.ToList())
                {
                    if (seen <= 1)
                        _counts.Remove(known);
                    else
                        _counts[known] = seen / 2;
                }
            }
            _counts[key] = 1;
        }
    }

    /// <summary>One key a line, the most read first.</summary>
    public byte[] Encode()
    {
        lock (_lock)
        {
            IsDirty = false;
            return Encoding.UTF8.GetBytes(string.Join('\n', Keys.Select(key => $"{(int)key.Kind} {key.Key}")));
        }
    }

    /// <summary>The keys of a saved sketch; what can't be read is left out.</summary>
    public static IReadOnlyList<RecordKey> Decode(ReadOnlySpan<byte> text)
    {
        var keys = new List<RecordKey>();
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(Capacity))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && byte.TryParse(line.AsSpan(0, space), out var kind))
                keys.Add(new RecordKey((RecordKind)kind, line[(space + 1)..]));
        }
        return keys;
    }
}
