using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>How the texts of logs are written and read: small steps over JSON that leave the values of agents byte for byte.</summary>
internal static class LogJson
{
    const int MaxDepth = 128;

    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth };

    public static string TimeText(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static void WriteDependencies(Utf8JsonWriter json, DependencySet dependencies)
    {
        json.WriteStartObject("deps"u8);
        foreach (var (space, version) in dependencies)
            json.WriteNumber(space, version);
        json.WriteEndObject();
    }

    public static Utf8JsonReader NewReader(ReadOnlyMemory<byte> json) => new(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });

    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name))
            return false;
        Read(ref reader);
        return true;
    }

    public static bool NextProperty(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    public static bool NextObject(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        if (reader.TokenType == JsonTokenType.EndArray)
            return false;
        return reader.TokenType == JsonTokenType.StartObject ? true : throw new FormatException("an object was expected");
    }

    public static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        Read(ref reader);
        if (reader.TokenType != type)
            throw new FormatException($"{type} was expected");
    }

    public static void Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new FormatException("the text ends too early");
    }

    public static void Skip(ref Utf8JsonReader reader)
    {
        Read(ref reader);
        reader.Skip();
    }

    public static ReadOnlyMemory<byte> GetRaw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        // White space around a value belongs to it: the writer adds none of its own, and an agent reads back what it put.
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var end = (int)reader.BytesConsumed;
        var text = json.Span;
        while (IsSpace(text[start - 1]))
            start--;
        while (end < text.Length && IsSpace(text[end]))
            end++;
        return json[start..end];
    }

    static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    public static byte[] GetBytes(ref Utf8JsonReader reader) => Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(reader.GetString() ?? ""));

    public static DependencySet GetDependencies(ref Utf8JsonReader reader)
    {
        var versions = new List<KeyValuePair<string, long>>();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("an object was expected");
        while (NextProperty(ref reader))
        {
            var space = reader.GetString()!;
            Read(ref reader);
            versions.Add(new(space, reader.GetInt64()));
        }
        return DependencySet.Of(versions);
    }

    public static string[] GetStrings(ref Utf8JsonReader reader)
    {
        var strings = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException("an array was expected");
        while (true)
        {
            Read(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
                return [.. strings];
            strings.Add(reader.GetString()!);
        }
    }
}
