using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>An immutable picture of a space at one version: which records there are, not their values.</summary>
public sealed class View
{
    /// <summary>The number of the newest commit it holds; 0 for an empty space.</summary>
    public long Version { get; }

    /// <summary>Finds a record that is live at <paramref name="now"/>.</summary>
    public bool TryGet(RecordKey key, DateTimeOffset now, out RecordInfo info) => throw new NotSupportedException();

    /// <summary>The live records of a kind whose keys begin with <paramref name="prefix"/> and sort behind <paramref name="after"/> (if given), in ordinal order.</summary>
    public IEnumerable<KeyValuePair<RecordKey, RecordInfo>> List(RecordKind kind, string prefix, string? after, DateTimeOffset now) => throw new NotSupportedException();
}
