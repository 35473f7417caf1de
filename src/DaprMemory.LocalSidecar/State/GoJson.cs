using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.State;

/// <summary>
/// Decodes and encodes JSON again as daprd's Go code does: numbers become 64-bit floats, object keys are sorted, of equal ones the last
/// stays, and strings mean the same in Go's spelling.
/// </summary>
internal sealed class GoJson
{
    const int MaxExactDigits = 15;
    const int MaxKeptBytes = 1024 * 1024;

    [ThreadStatic]
    static GoJson? t_idle;

    static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'\\', (byte)'<', (byte)'>', (byte)'&', 0xE2]);

    readonly ArrayBufferWriter<byte> _output = new();
    bool _cutsFractions;

    /// <summary>Encodes the value on which <paramref name="reader"/> stands and leaves the reader on its last token.</summary>
    /// <param name="reader">A reader over well-formed UTF-8.</param>
    /// <param name="cutsFractions">Whether numbers keep only six decimal places.</param>
    /// <exception cref="JsonException">The value is not JSON, or a number does not fit in a float.</exception>
    public static byte[] Encode(ref Utf8JsonReader reader, bool cutsFractions)
    {
        var encoder = t_idle ?? new GoJson();
        t_idle = null;
        encoder._cutsFractions = cutsFractions;
        encoder._output.ResetWrittenCount();
        encoder.WriteValue(ref reader);
        var text = encoder._output.WrittenSpan.ToArray();
        if (encoder._output.Capacity <= MaxKeptBytes)
            t_idle = encoder;
        return text;
    }

    void WriteValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                WriteString(reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                WriteNumber(reader.ValueSpan);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader);
                break;
            case JsonTokenType.StartObject:
                WriteObject(ref reader);
                break;
            default:
                _output.Write(reader.ValueSpan);
                break;
        }
    }

    void WriteArray(ref Utf8JsonReader reader)
    {
        Write('[');
        for (var isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            if (!isFirst)
                Write(',');
            WriteValue(ref reader);
        }
        Write(']');
    }

    void WriteObject(ref Utf8JsonReader reader)
    {
        var start = _output.WrittenCount;
        var members = new List<(byte[] Name, Range Text)>();
        var isSorted = true;
        Write('{');
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (members.Count > 0)
                Write(',');
            var from = _output.WrittenCount;
            WriteString(reader.ValueSpan);
            var name = _output.WrittenSpan[from..].ToArray();
            Write(':');
            reader.Read();
            WriteValue(ref reader);
            isSorted = isSorted && (members.Count == 0 || Compare(members[^1].Name, name) < 0);
            members.Add((name, from.._output.WrittenCount));
        }
        Write('}');
        if (!isSorted)
            Sort(start, members);
    }

    void Sort(int start, List<(byte[] Name, Range Text)> members)
    {
        var text = _output.WrittenSpan.ToArray();
        var sorted = members.Select((member, index) => (member, index)).ToList();
        sorted.Sort((a, b) => Compare(a.member.Name, b.member.Name) is not 0 and var order ? order : a.index - b.index);
        _output.ResetWrittenCount();
        _output.Write(text.AsSpan(0, start));
        Write('{');
        var isFirst = true;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i + 1 < sorted.Count && Compare(sorted[i].member.Name, sorted[i + 1].member.Name) == 0)
                continue;
            if (!isFirst)
                Write(',');
            isFirst = false;
            _output.Write(text.AsSpan(sorted[i].member.Text));
        }
        Write('}');
    }

    /// <summary>Writes a string of which <paramref name="raw"/> is the JSON spelling between the quotes.</summary>
    void WriteString(ReadOnlySpan<byte> raw)
    {
        Write('"');
        while (raw.Length > 0)
        {
            var plain = raw.IndexOfAny(Special) is >= 0 and var found ? found : raw.Length;
            _output.Write(raw[..plain]);
            raw = raw[plain..];
            if (raw.Length > 0)
                raw = WriteSpecial(raw);
        }
        Write('"');
    }

    /// <summary>Writes the character at the front and gives what follows it.</summary>
    ReadOnlySpan<byte> WriteSpecial(ReadOnlySpan<byte> raw)
    {
        if (raw[0] == 0xE2)
        {
            Rune.DecodeFromUtf8(raw, out var rune, out var length);
            WriteRune(rune);
            return raw[length..];
        }
        if (raw[0] != '\\')
        {
            WriteRune(new Rune((char)raw[0]));
            return raw[1..];
        }
        if (raw[1] == '/')
        {
            Write('/');
            return raw[2..];
        }
        if (raw[1] != 'u')
        {
            _output.Write(raw[..2]);
            return raw[2..];
        }
        var unit = Unit(raw);
        if (char.IsHighSurrogate(unit) && raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u' && char.IsLowSurrogate(Unit(raw[6..])))
        {
            WriteRune(new Rune(unit, Unit(raw[6..])));
            return raw[12..];
        }
        WriteRune(char.IsSurrogate(unit) ? Rune.ReplacementChar : new Rune(unit));
        return raw[6..];

        static char Unit(ReadOnlySpan<byte> escape) => (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    void WriteRune(Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                Write('\\');
                Write((char)rune.Value);
                break;
            case '\b':
                _output.Write("\\b"u8);
                break;
            case '\f':
                _output.Write("\\f"u8);
                break;
            case '\n':
                _output.Write("\\n"u8);
                break;
            case '\r':
                _output.Write("\\r"u8);
                break;
            case '\t':
                _output.Write("\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                _output.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
                break;
            default:
                _output.Advance(rune.EncodeToUtf8(_output.GetSpan(4)));
                break;
        }
    }

    void WriteNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxExactDigits && text[0] != '-' && text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            _output.Write(text);
            return;
        }
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
            throw new JsonException($"json: cannot unmarshal number {Encoding.UTF8.GetString(text)} into Go value of type float64");
        _output.Write(Encoding.ASCII.GetBytes(_cutsFractions ? GoNumber.FormatCut(number) : GoNumber.Format(number)));
    }

    void Write(char c) => _output.Write([(byte)c]);

    static int Compare(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b);
}
