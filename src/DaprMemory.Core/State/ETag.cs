using System.Globalization;

namespace DaprMemory.Core.State;

/// <summary>The place of a record's last change: entry <paramref name="Entry"/> of commit <paramref name="Commit"/>. Places are never given twice.</summary>
/// <param name="Commit">The commit's number, from 1.</param>
/// <param name="Entry">The entry's index in the commit, from 0.</param>
public readonly record struct ETag(long Commit, int Entry) : IComparable<ETag>
{
    /// <summary>The bare text <c>n.i</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Commit}.{Entry}");

    /// <summary>The HTTP form, in quotes.</summary>
    public string ToHeader() => string.Create(CultureInfo.InvariantCulture, $"\"{Commit}.{Entry}\"");

    /// <summary>Reads <c>n.i</c>, with or without quotes; only the canonical spelling is accepted.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ETag etag)
    {
        etag = default;
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
            text = text[1..^1];
        var dot = text.IndexOf('.');
        if (dot <= 0
            || !long.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var commit) || commit < 1 || text[0] == '0'
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
            || (text[dot + 1] == '0' && text.Length > dot + 2))
            return false;
        etag = new ETag(commit, entry);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(ETag other) => Commit != other.Commit ? Commit.CompareTo(other.Commit) : Entry.CompareTo(other.Entry);

    /// <summary>Whether one place lies before another.</summary>
    public static bool operator <(ETag left, ETag right) => left.CompareTo(right) < 0;

    /// <summary>Whether one place lies behind another.</summary>
    public static bool operator >(ETag left, ETag right) => left.CompareTo(right) > 0;

    /// <summary>Whether one place lies before another or is the same.</summary>
    public static bool operator <=(ETag left, ETag right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one place lies behind another or is the same.</summary>
    public static bool operator >=(ETag left, ETag right) => left.CompareTo(right) >= 0;
}
