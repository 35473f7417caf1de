using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>A write and the place at which it stands.</summary>
readonly record struct PlacedWrite(Place At, Operation Write)
{
    /// <summary>Whether it leaves no record.</summary>
    public bool IsDelete => Write.Kind == OperationKind.Delete;
}

/// <summary>All that is known of one key: its writes in the order of their places, and those whose place nobody learned.</summary>
sealed class KeyHistory(string space, string key)
{
    readonly List<PlacedWrite> _writes = [];
    readonly Dictionary<string, Operation> _writers = [];

    /// <summary><c>space/key</c>.</summary>
    public string Name { get; } = $"{space}/{key}";

    /// <summary>Every write of the key, also those that were refused.</summary>
    public List<Operation> Attempts { get; } = [];

    /// <summary>Every answered read that showed the key.</summary>
    public List<(Operation Read, ReadItem Item)> Reads { get; } = [];

    /// <summary>Unknown writes that may have taken effect at a place that nobody learned.</summary>
    public List<Operation> Unplaced { get; } = [];

    /// <summary>The writes that took effect, by place.</summary>
    public IReadOnlyList<PlacedWrite> Writes => _writes;

    public void AddAttempt(Operation write)
    {
        Attempts.Add(write);
        if (write is { Kind: OperationKind.Put, Value: { } value })
            _writers.TryAdd(value, write);
    }

    public void Place(Place at, Operation write) => _writes.Add(new PlacedWrite(at, write));

    public void Sort() => _writes.Sort(static (a, b) => a.At.CompareTo(b.At));

    /// <summary>Who sets this value, whether or not it took effect.</summary>
    public Operation? WriterOf(string value) => _writers.GetValueOrDefault(value);

    /// <summary>Who wrote what an answer showed: by the value, or by the ETag where no value was shown.</summary>
    public Operation? WriterOf(in ReadItem item) =>
        item.Value is { } value ? WriterOf(value) : item.ETag is { } at ? WriteAt(at)?.Write : null;

    /// <summary>The write at exactly this place.</summary>
    public PlacedWrite? WriteAt(Place at) => NewestUntil(at) is { } newest && newest.At == at ? newest : null;

    /// <summary>The newest write that a view of this version holds.</summary>
    public PlacedWrite? NewestAt(long version) => NewestUntil(new Place(version, int.MaxValue));

    /// <summary>The writes behind a place.</summary>
    public IEnumerable<PlacedWrite> WritesAfter(Place at)
    {
        for (var i = CountUntil(at); i < _writes.Count; i++)
            yield return _writes[i];
    }

    /// <summary>Whether a write of this kind may have been in effect by then without anybody having learned where it stands.</summary>
    public bool MayHide(OperationKind kind, long until) => Unplaced.Exists(write => write.Kind == kind && write.Begin <= until);

    /// <summary>Whether a delete behind <paramref name="after"/> may have been in effect before <paramref name="end"/>.</summary>
    public bool MayBeDeleted(Place after, long end) =>
        MayHide(OperationKind.Delete, end)
        || WritesAfter(after).Any(write => write.IsDelete && write.Write.Begin <= end);

    PlacedWrite? NewestUntil(Place at) => CountUntil(at) is > 0 and var count ? _writes[count - 1] : null;

    int CountUntil(Place at)
    {
        var (low, high) = (0, _writes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_writes[middle].At <= at)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
