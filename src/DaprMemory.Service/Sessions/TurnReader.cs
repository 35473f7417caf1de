using System.Text.Json;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Sessions;

/// <summary>Reads one turn of an append; its members may come in any order. What was said is not copied: it is a slice of the body, byte for byte.</summary>
internal struct TurnReader(ReadOnlyMemory<byte> body)
{
    /// <summary>The longest role, in characters.</summary>
    public const int MaxRoleLength = 64;

    ReadOnlyMemory<byte>? _content;
    ReadOnlyMemory<byte>? _metadata;
    string? _role;
    string? _agent;
    DateTimeOffset? _at;

    /// <summary>Reads the turn that the reader stands on, to its end.</summary>
    /// <returns>The rule that it breaks, or null.</returns>
    public string? TryRead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return "a turn is an object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TryReadMember(ref reader) is { } rule)
                return rule;
        }
        return _role is null ? "a turn has a role"
            : _content is null ? "a turn has a text or parts"
            : null;
    }

    /// <summary>The turn as the core takes it.</summary>
    /// <param name="agent">Who said it, unless the turn tells.</param>
    /// <param name="now">When, unless the turn tells.</param>
    public readonly Turn ToTurn(string agent, DateTimeOffset now) => new(0, _role!, _content!.Value, _agent ?? agent, _at ?? now, _metadata ?? default);

    string? TryReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("role"u8))
            return ReadRole(ref reader);
        if (reader.ValueTextEquals("text"u8))
            return ReadText(ref reader);
        if (reader.ValueTextEquals("parts"u8))
            return ReadParts(ref reader);
        if (reader.ValueTextEquals("agent"u8))
            return ReadAgent(ref reader);
        if (reader.ValueTextEquals("at"u8))
            return ReadTime(ref reader);
        if (reader.ValueTextEquals("metadata"u8))
            return ReadMetadata(ref reader);
        return "a turn has only role, text or parts, agent, at and metadata";
    }

    string? ReadRole(ref Utf8JsonReader reader)
    {
        var isFirst = _role is null;
        _role = ReadString(ref reader);
        return isFirst && _role is { Length: > 0 and <= MaxRoleLength } ? null : $"role is a string of 1 to {MaxRoleLength} characters, given once";
    }

    string? ReadText(ref Utf8JsonReader reader)
    {
        if (_content is not null || ReadString(ref reader) is null)
            return "text is a string of Unicode text, given once, and not beside parts";
        _content = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        return null;
    }

    string? ReadParts(ref Utf8JsonReader reader)
    {
        var isFirst = _content is null;
        _content = ReadRaw(ref reader, out var type);
        var isEmpty = _content.Value.Span[1..^1].Trim(" \t\r\n"u8).IsEmpty;
        return isFirst && type == JsonTokenType.StartArray && !isEmpty ? null : "parts is an array of at least one part, given once, and not beside a text";
    }

    string? ReadAgent(ref Utf8JsonReader reader)
    {
        var isFirst = _agent is null;
        _agent = ReadString(ref reader);
        return !isFirst || _agent is null ? "agent is a string, given once" : Names.CheckAgent(_agent);
    }

    string? ReadTime(ref Utf8JsonReader reader)
    {
        const string Rule = "at is a time as RFC 3339 has it, such as 2026-11-21T12:00:00Z, given once";
        if (_at is not null || ReadString(ref reader) is not { } text || !reader.TryGetDateTimeOffset(out var at))
            return Rule;
        // Without an offset it would mean another time on another machine.
        var hasOffset = text.Length > "2026-11-21".Length && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
        _at = at;
        return hasOffset ? null : Rule;
    }

    string? ReadMetadata(ref Utf8JsonReader reader)
    {
        var isFirst = _metadata is null;
        _metadata = ReadRaw(ref reader, out var type);
        return isFirst && type == JsonTokenType.StartObject ? null : "metadata is an object, given once";
    }

    readonly ReadOnlyMemory<byte> ReadRaw(ref Utf8JsonReader reader, out JsonTokenType type)
    {
        reader.Read();
        type = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    /// <summary>The next token's text; null if it is no string, or one whose escapes are no characters.</summary>
    static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return null;
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
