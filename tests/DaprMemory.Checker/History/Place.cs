using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Checker.History;

/// <summary>What an ETag says: entry <paramref name="Entry"/> of commit <paramref name="Commit"/> of a space's log.</summary>
/// <param name="Commit">The commit's number, from 1.</param>
/// <param name="Entry">The entry's index in the commit, from 0.</param>
[JsonConverter(typeof(JsonText))]
public readonly record struct Place(long Commit, int Entry) : IComparable<Place>
{
    /// <inheritdoc />
    public int CompareTo(Place other) => Commit != other.Commit ? Commit.CompareTo(other.Commit) : Entry.CompareTo(other.Entry);

    /// <summary>The bare text <c>n.i</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Commit}.{Entry}");

    /// <summary>Reads <c>n.i</c>, with or without the quotes of an HTTP ETag.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Place place)
    {
        text = text.Trim('"');
        var dot = text.IndexOf('.');
        place = default;
        if (dot <= 0
            || !long.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var commit)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var entry))
            return false;
        place = new Place(commit, entry);
        return true;
    }

    /// <summary>Whether one place lies before another.</summary>
    public static bool operator <(Place left, Place right) => left.CompareTo(right) < 0;

    /// <summary>Whether one place lies behind another.</summary>
    public static bool operator >(Place left, Place right) => left.CompareTo(right) > 0;

    /// <summary>Whether one place lies before another or is the same.</summary>
    public static bool operator <=(Place left, Place right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one place lies behind another or is the same.</summary>
    public static bool operator >=(Place left, Place right) => left.CompareTo(right) >= 0;

    internal sealed class JsonText : JsonConverter<Place>
    {
        public override Place Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var place) ? place : throw new JsonException("A place has the form n.i.");

        public override void Write(Utf8JsonWriter writer, Place value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
