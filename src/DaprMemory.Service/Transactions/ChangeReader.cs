using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Transactions;

/// <summary>Reads one change of a transaction; its members may come in any order.</summary>
internal struct ChangeReader(ReadOnlyMemory<byte> body)
{
    MutationKind? _kind;
    ReadOnlyMemory<byte>? _value;
    IReadOnlyList<ETag>? _matches;
    bool _absent;
    TimeSpan? _timeToLive;
    string[]? _tags;

    /// <summary>The record's key; null when it is not given. Not checked.</summary>
    public string? Key { get; private set; }

    /// <summary>Reads the change that the reader stands on, to its end.</summary>
    /// <returns>The rule that it breaks, or null.</returns>
    public string? TryRead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return "a change is an object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TryReadMember(ref reader) is { } rule)
                return rule;
        }
        var takesValue = _kind is MutationKind.Put or MutationKind.Merge;
        return _kind is null ? "a change has an op: put, patch, delete or check"
            : Key is null ? "a change has a key"
            : takesValue && _value is null ? "put and patch have a value"
            : !takesValue && (_value is not null || _timeToLive is not null || _tags is not null) ? "only put and patch have value, ttl and tags"
            : null;
    }

    /// <summary>The change as the core takes it.</summary>
    public readonly Mutation ToMutation() =>
        new(new RecordKey(RecordKind.State, Key!), _kind!.Value, _value ?? default, new Precondition(_absent, _matches), _timeToLive, _tags);

    string? TryReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("op"u8))
            return ReadOperation(ref reader);
        if (reader.ValueTextEquals("key"u8))
            return ReadKey(ref reader);
        if (reader.ValueTextEquals("value"u8))
            return ReadValue(ref reader);
        if (reader.ValueTextEquals("ifMatch"u8))
            return ReadIfMatch(ref reader);
        if (reader.ValueTextEquals("ifNoneMatch"u8))
            return ReadIfNoneMatch(ref reader);
        if (reader.ValueTextEquals("ttl"u8))
            return ReadTimeToLive(ref reader);
        if (reader.ValueTextEquals("tags"u8))
            return ReadTags(ref reader);
        return "a change has only op, key, value, ifMatch, ifNoneMatch, ttl and tags";
    }

    string? ReadOperation(ref Utf8JsonReader reader)
    {
        const string Rule = "op is put, patch, delete or check, given once";
        if (_kind is not null || ReadString(ref reader) is not { } text)
            return Rule;
        _kind = text switch
        {
            "put" => MutationKind.Put,
            "patch" => MutationKind.Merge,
            "delete" => MutationKind.Delete,
            "check" => MutationKind.Check,
            _ => null,
        };
        return _kind is null ? Rule : null;
    }

    string? ReadKey(ref Utf8JsonReader reader)
    {
        if (Key is not null || ReadString(ref reader) is not { } text)
            return "key is a string, given once";
        Key = text;
        return null;
    }

    string? ReadValue(ref Utf8JsonReader reader)
    {
        if (_value is not null)
            return "value is given once";
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _value = body[start..(int)reader.BytesConsumed];
        return null;
    }

    string? ReadIfMatch(ref Utf8JsonReader reader)
    {
        const string Rule = "ifMatch is * or an ETag, given once";
        if (_matches is not null || ReadString(ref reader) is not { Length: > 0 } text)
            return Rule;
        var isQuoted = text.Length > 1 && text[0] == '"' && text[^1] == '"';
        if (!EntityTags.IsOpaqueTag(isQuoted ? text.AsSpan(1, text.Length - 2) : text))
            return Rule;
        _matches = Preconditions.ToMatches(
            text == "*" ? new EntityTags(true, []) : new EntityTags(false, ETag.TryParse(text, out var etag) ? [etag] : []));
        return null;
    }

    string? ReadIfNoneMatch(ref Utf8JsonReader reader)
    {
        if (_absent || ReadString(ref reader) is not "*")
            return "ifNoneMatch is *, given once";
        _absent = true;
        return null;
    }

    string? ReadTimeToLive(ref Utf8JsonReader reader)
    {
        if (_timeToLive is not null || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var seconds)
            || seconds is < 1 or > RecordRules.MaxTimeToLiveSeconds)
            return $"ttl is a whole number from 1 to {RecordRules.MaxTimeToLiveSeconds}, given once";
        _timeToLive = TimeSpan.FromSeconds(seconds);
        return null;
    }

    string? ReadTags(ref Utf8JsonReader reader)
    {
        const string Rule = "tags is an array of strings, given once";
        if (_tags is not null || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return Rule;
        var tags = new List<string>();
        // One more than allowed is enough to refuse it.
        while (tags.Count <= RecordRules.MaxTags && ReadString(ref reader) is { } tag)
            tags.Add(tag);
        if (tags.Count <= RecordRules.MaxTags && reader.TokenType != JsonTokenType.EndArray)
            return Rule;
        _tags = [.. tags];
        return RecordRules.CheckTags(_tags);
    }

    /// <summary>The next token's text; null if it is no string.</summary>
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
            // Escaped halves of surrogate pairs are JSON, but no text. None of these members may hold such characters anyway.
            return null;
        }
    }
}
