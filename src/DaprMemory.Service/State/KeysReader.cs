using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.State;

/// <summary>Reads the body that names several keys: <c>{"keys":[…]}</c>.</summary>
internal static class KeysReader
{
    /// <summary>The most keys of one request.</summary>
    public const int MaxKeys = 100;

    /// <summary>The longest body, in bytes: the longest keys, each of their characters escaped.</summary>
    public const int MaxBodyBytes = 512 * 1024;

    const string Rule = "a read is an object with one member, keys, an array of 1 to 100 state keys, each once";

    /// <summary>Reads the body.</summary>
    /// <param name="body">One JSON value, checked.</param>
    /// <param name="keys">The keys, in order.</param>
    public static Problem? TryRead(ReadOnlySpan<byte> body, out IReadOnlyList<RecordKey> keys)
    {
        var list = new List<RecordKey>();
        keys = list;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read()
            || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("keys"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return Invalid();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.String && list.Count < MaxKeys)
        {
            var key = TextOf(ref reader);
            if (Names.CheckKey(key) is { } keyRule)
                return Problem.Invalid(ProblemTypes.InvalidKey, keyRule, $"keys[{list.Count}]");
            if (!known.Add(key))
                return Invalid();
            list.Add(new RecordKey(RecordKind.State, key));
        }
        return reader.TokenType == JsonTokenType.EndArray && list.Count > 0 && reader.Read() && reader.TokenType == JsonTokenType.EndObject
            ? null
            : Invalid();
    }

    static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Escaped halves of surrogate pairs are JSON, but no text, and so no key.
            return "";
        }
    }

    static Problem Invalid() => Problem.Invalid(ProblemTypes.InvalidRequest, Rule);
}
