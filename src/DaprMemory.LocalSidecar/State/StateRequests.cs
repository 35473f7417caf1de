using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.State;

/// <summary>
/// Reads the bodies of the state API with the tolerance of Go's decoder: names in any case, unknown ones ignored, null as absent, and
/// nothing after the first value looked at.
/// </summary>
internal static class StateRequests
{
    // Go allows 10,000 levels; each costs stack here, and a request must not be able to end the process.
    const int MaxDepth = 512;

    const string DecodingFailed = "failed deserializing HTTP body: ";

    public static DaprError? ParseSave(in RequestBody body, BoundStore store, string? urlTtl, out List<StateOperation> operations)
    {
        operations = [];
        if (ErrorOf(body) is { } bodyError)
            return DaprError.Malformed(bodyError);
        try
        {
            var reader = Open(body.Bytes, out var text);
            if (!StartsList(ref reader, "[]state.SetRequest"))
                return null;
            while (Next(ref reader) != JsonTokenType.EndArray)
            {
                var key = ParseItem(ref reader, text, store, urlTtl, isDelete: false, out var operation);
                if (key.Length == 0)
                    return DaprError.Malformed("\"key\" is a required field");
                if (key.Contains(KeyPrefix.Separator, StringComparison.Ordinal))
                    return DaprError.IllegalKey(key, store.Name);
                operations.Add(operation);
            }
            return null;
        }
        catch (JsonException e)
        {
            return DaprError.Malformed(e.Message);
        }
    }

    public static DaprError? ParseTransaction(in RequestBody body, BoundStore store, string? urlTtl, out List<StateOperation> operations)
    {
        operations = [];
        if (ErrorOf(body) is { } bodyError)
            return DaprError.Malformed(DecodingFailed + bodyError);
        try
        {
            var reader = Open(body.Bytes, out var text);
            if (!StartsObject(ref reader, "transaction request"))
                return null;
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                if (Matches(reader, "operations"))
                {
                    Next(ref reader);
                    operations.Clear();
                    if (ParseOperations(ref reader, text, store, urlTtl, operations) is { } error)
                        return error;
                }
                else
                {
                    SkipMember(ref reader);
                }
            }
            return null;
        }
        catch (JsonException e)
        {
            return DaprError.Malformed(DecodingFailed + e.Message);
        }
    }

    /// <summary>Reads a transaction of an actor: the operations alone.</summary>
    public static DaprError? ParseActorTransaction(in RequestBody body, BoundStore store, out List<StateOperation> operations)
    {
        operations = [];
        if (ErrorOf(body) is { } bodyError)
            return DaprError.Malformed(DecodingFailed + bodyError);
        try
        {
            var reader = Open(body.Bytes, out var text);
            Next(ref reader);
            return ParseOperations(ref reader, text, store, urlTtl: null, operations);
        }
        catch (JsonException e)
        {
            return DaprError.Malformed(DecodingFailed + e.Message);
        }
    }

    public static DaprError? ParseBulkGet(in RequestBody body, BoundStore store, out List<string> keys)
    {
        keys = [];
        if (ErrorOf(body) is { } bodyError)
            return DaprError.Malformed(DecodingFailed + bodyError);
        try
        {
            var reader = Open(body.Bytes, out _);
            if (!StartsObject(ref reader, "bulk get request"))
                return null;
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                if (Matches(reader, "keys"))
                {
                    Next(ref reader);
                    keys = ParseTexts(ref reader);
                }
                else
                {
                    SkipMember(ref reader);
                }
            }
        }
        catch (JsonException e)
        {
            return DaprError.Malformed(DecodingFailed + e.Message);
        }
        return keys.Find(key => key.Contains(KeyPrefix.Separator, StringComparison.Ordinal)) is { } illegal
            ? DaprError.IllegalKey(illegal, store.Name)
            : null;
    }

    static DaprError? ParseOperations(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> text, BoundStore store, string? urlTtl, List<StateOperation> operations)
    {
        if (!StartsHere(reader, JsonTokenType.StartArray, "operations"))
            return null;
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (!StartsHere(reader, JsonTokenType.StartObject, "operation"))
                return Unsupported("");
            string? kind = null;
            Utf8JsonReader request = default;
            var hasRequest = false;
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                if (Matches(reader, "operation"))
                {
                    Next(ref reader);
                    kind = Text(ref reader);
                }
                else if (Matches(reader, "request"))
                {
                    Next(ref reader);
                    request = reader; // the operation may follow: the request is read when it is known
                    hasRequest = true;
                    reader.Skip();
                }
                else
                {
                    SkipMember(ref reader);
                }
            }
            if (kind is not ("upsert" or "delete"))
                return Unsupported(kind ?? "");
            var operation = new StateOperation { Key = store.Prefix, IsDelete = kind == "delete", Value = [.. "null"u8], Ttl = urlTtl };
            if (hasRequest)
            {
                var key = ParseItem(ref request, text, store, urlTtl, operation.IsDelete, out operation);
                if (key.Contains(KeyPrefix.Separator, StringComparison.Ordinal))
                    return DaprError.IllegalKey(key, store.Name);
            }
            operations.Add(operation);
        }
        return null;

        static DaprError Unsupported(string kind) =>
            new(StatusCodes.Status400BadRequest, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported");
    }

    /// <summary>Reads one save or delete and gives its key without prefix.</summary>
    static string ParseItem(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> text, BoundStore store, string? urlTtl, bool isDelete, out StateOperation operation)
    {
        string? key = null, etag = null, ttl = null, concurrency = null, consistency = null;
        byte[]? value = null;
        if (StartsHere(reader, JsonTokenType.StartObject, "state.SetRequest"))
        {
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                if (Matches(reader, "key"))
                {
                    Next(ref reader);
                    key = Text(ref reader);
                }
                else if (Matches(reader, "value") && !isDelete)
                {
                    Next(ref reader);
                    value = Value(ref reader, text, store);
                }
                else if (Matches(reader, "etag"))
                {
                    Next(ref reader);
                    etag = Text(ref reader);
                }
                else if (Matches(reader, "metadata"))
                {
                    Next(ref reader);
                    ttl = ParseMetadata(ref reader);
                }
                else if (Matches(reader, "options"))
                {
                    Next(ref reader);
                    (concurrency, consistency) = ParseOptions(ref reader);
                }
                else
                {
                    SkipMember(ref reader);
                }
            }
        }
        operation = new StateOperation
        {
            Key = store.Prefix + key,
            IsDelete = isDelete,
            Value = value ?? [.. "null"u8],
            ETag = etag,
            Concurrency = concurrency,
            Consistency = consistency,
            Ttl = urlTtl ?? ttl,
        };
        return key ?? "";
    }

    static string? ParseMetadata(ref Utf8JsonReader reader)
    {
        string? ttl = null;
        if (!StartsHere(reader, JsonTokenType.StartObject, "metadata"))
            return null;
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var isTtl = reader.ValueTextEquals("ttlInSeconds"u8);
            Next(ref reader);
            var value = Text(ref reader);
            if (isTtl)
                ttl = value;
        }
        return ttl;
    }

    static (string? Concurrency, string? Consistency) ParseOptions(ref Utf8JsonReader reader)
    {
        string? concurrency = null, consistency = null;
        if (!StartsHere(reader, JsonTokenType.StartObject, "options"))
            return default;
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            if (Matches(reader, "concurrency"))
            {
                Next(ref reader);
                concurrency = Text(ref reader);
            }
            else if (Matches(reader, "consistency"))
            {
                Next(ref reader);
                consistency = Text(ref reader);
            }
            else
            {
                SkipMember(ref reader);
            }
        }
        return (concurrency, consistency);
    }

    static byte[] Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, BoundStore store)
    {
        if (store.ManglesNumbers)
            return GoJson.Encode(ref reader, store.Store.Behaviour.CutsFractions);
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text[start..(int)reader.BytesConsumed].ToArray();
    }

    static List<string> ParseTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        if (StartsHere(reader, JsonTokenType.StartArray, "[]string"))
        {
            while (Next(ref reader) != JsonTokenType.EndArray)
                texts.Add(Text(ref reader) ?? "");
        }
        return texts;
    }

    static string? ErrorOf(in RequestBody body) => body.IsTooLarge ? "stream too large" : body.Bytes.IsEmpty ? "EOF" : null;

    static Utf8JsonReader Open(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text)
    {
        // Go reads invalid UTF-8 as U+FFFD.
        text = Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));
        return new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    static bool StartsList(ref Utf8JsonReader reader, string target)
    {
        Next(ref reader);
        return StartsHere(reader, JsonTokenType.StartArray, target);
    }

    static bool StartsObject(ref Utf8JsonReader reader, string target)
    {
        Next(ref reader);
        return StartsHere(reader, JsonTokenType.StartObject, target);
    }

    /// <summary>Whether the wanted kind of value begins here; false: a null, which stands for an empty one.</summary>
    static bool StartsHere(in Utf8JsonReader reader, JsonTokenType wanted, string target) =>
        reader.TokenType == wanted || (reader.TokenType == JsonTokenType.Null ? false : throw Mismatch(reader, target));

    static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.String)
            throw Mismatch(reader, "string");
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a string has half of a surrogate pair", e);
        }
    }

    static bool Matches(in Utf8JsonReader property, string name) =>
        property.ValueSpan.Length == name.Length && Ascii.EqualsIgnoreCase(property.ValueSpan, name);

    static JsonTokenType Next(ref Utf8JsonReader reader) => reader.Read() ? reader.TokenType : throw new JsonException("unexpected EOF");

    static void SkipMember(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        reader.Skip();
    }

    static JsonException Mismatch(in Utf8JsonReader reader, string target) =>
        new($"json: cannot unmarshal {reader.TokenType} into Go value of type {target}");
}
