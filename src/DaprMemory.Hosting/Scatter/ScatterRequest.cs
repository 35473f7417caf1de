using System.Buffers;
using System.Text.Json;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Hosting.Scatter;

/// <summary>A search over several spaces, as far as it is not the same for each of them.</summary>
/// <param name="Spaces">The spaces, each once.</param>
/// <param name="Timeout">How long they have to answer.</param>
/// <param name="Limit">The most hits of all of them together.</param>
/// <param name="MaxTokens">How many tokens the texts of all hits may have together.</param>
/// <param name="Body">What each space is asked: the body without what stands above, but for the limit.</param>
internal sealed record ScatterRequest(IReadOnlyList<string> Spaces, TimeSpan Timeout, int Limit, long MaxTokens, byte[] Body)
{
    const string SpacesRule = "spaces is a list of 1 to 64 names of spaces, each once";
    const string TimeoutRule = "timeoutMs is a whole number from 10 to 20000";

    /// <summary>Reads a body. What is wrong with the search itself is for the spaces to say.</summary>
    public static Problem? TryRead(ReadOnlyMemory<byte> json, out ScatterRequest request)
    {
        request = null!;
        try
        {
            return Read(json.Span, out request);
        }
        catch (JsonException wrong)
        {
            return Problem.InvalidJson(wrong.Message);
        }
    }

    static Problem? Read(ReadOnlySpan<byte> json, out ScatterRequest request)
    {
        request = null!;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Invalid("the body is an object");
        var rest = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(rest);
        writer.WriteStartObject();
        List<string>? spaces = null;
        int? timeout = null;
        var (limit, maxTokens) = (MemoryQuery.DefaultLimit, long.MaxValue);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "spaces")
            {
                if (spaces is not null || (spaces = ReadSpaces(ref reader)) is null)
                    return Invalid(SpacesRule);
                continue;
            }
            if (name == "timeoutMs")
            {
                if (timeout is not null || !TryReadNumber(ref reader, out var number) || number is < ScatterLimits.MinTimeoutMs or > ScatterLimits.MaxTimeoutMs)
                    return Invalid(TimeoutRule);
                timeout = (int)number;
                continue;
            }
            var start = (int)reader.TokenStartIndex;
            if (name == "limit" && TryReadNumber(ref reader, out var most))
                limit = (int)Math.Clamp(most, 0, int.MaxValue);
            if (name == "maxTokens" && TryReadNumber(ref reader, out var tokens) && tokens >= 1)
            {
                // Which of a space's hits fit depends on those of the others.
                maxTokens = tokens;
                continue;
            }
            reader.Skip();
            writer.WritePropertyName(name);
            writer.WriteRawValue(json[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
        if (reader.Read())
            throw new JsonException("the body is more than one value");
        if (spaces is null)
            return Invalid(SpacesRule);
        foreach (var space in spaces)
        {
            if (Names.CheckSpace(space) is { } rule)
                return Problem.Invalid(ProblemTypes.InvalidSpace, rule);
        }
        writer.WriteEndObject();
        writer.Flush();
        request = new ScatterRequest(spaces, TimeSpan.FromMilliseconds(timeout ?? ScatterLimits.DefaultTimeoutMs), limit, maxTokens, rest.WrittenSpan.ToArray());
        return null;
    }

    static List<string>? ReadSpaces(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return null;
        var spaces = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || spaces.Count == ScatterLimits.MaxSpaces || reader.GetString() is not { } space || spaces.Contains(space))
                return null;
            spaces.Add(space);
        }
        return spaces.Count > 0 ? spaces : null;
    }

    static bool TryReadNumber(ref Utf8JsonReader reader, out long number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number);
    }

    static Problem Invalid(string rule) => Problem.Invalid(ProblemTypes.InvalidRequest, rule);
}
