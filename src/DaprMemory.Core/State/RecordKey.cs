namespace DaprMemory.Core.State;

/// <summary>What a record is. The numbers stand in checkpoints and never change their meaning.</summary>
public enum RecordKind : byte
{
    /// <summary>A keyed JSON value that an agent put.</summary>
    State = 1,

    /// <summary>A long-term memory.</summary>
    Memory = 2,

    /// <summary>A skill shared between agents.</summary>
    Skill = 3,

    /// <summary>A lock with a fencing token.</summary>
    Lease = 4,

    /// <summary>A link between memories.</summary>
    Link = 5,

    /// <summary>A named version of the space.</summary>
    Snapshot = 6,

    /// <summary>A branch of the space.</summary>
    Branch = 7,

    /// <summary>A conversation; its turns are in the hot store.</summary>
    Session = 8,
}

/// <summary>Names a record inside its space. Records are ordered by kind, then by key, ordinal.</summary>
/// <param name="Kind">What the record is.</param>
/// <param name="Key">Its key among those of its kind.</param>
public readonly record struct RecordKey(RecordKind Kind, string Key) : IComparable<RecordKey>
{
    /// <inheritdoc />
    public int CompareTo(RecordKey other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Key, other.Key);

    /// <inheritdoc />
    public override string ToString() => $"{Kind}:{Key}";

    /// <summary>Whether one key sorts before another.</summary>
    public static bool operator <(RecordKey left, RecordKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether one key sorts behind another.</summary>
    public static bool operator >(RecordKey left, RecordKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether one key sorts before another or is the same.</summary>
    public static bool operator <=(RecordKey left, RecordKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one key sorts behind another or is the same.</summary>
    public static bool operator >=(RecordKey left, RecordKey right) => left.CompareTo(right) >= 0;
}

/// <summary>What a view knows of a record: all but its value.</summary>
/// <param name="ETag">The place of the last change.</param>
/// <param name="ExpiresAt">When the record ceases to exist, if ever.</param>
/// <param name="Tags">The tags, or null for none.</param>
public readonly record struct RecordInfo(ETag ETag, DateTimeOffset? ExpiresAt = null, string[]? Tags = null)
{
    /// <summary>Whether the record is still there at <paramref name="now"/>.</summary>
    public bool IsLive(DateTimeOffset now) => ExpiresAt is not { } at || now < at;
}
