using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using static DaprMemory.Core.Log.LogJson;

namespace DaprMemory.Core.Log;

/// <summary>A commit's JSON text: how it stands in the store and how <c>GET commits</c> shows it. Values stand in it byte for byte.</summary>
internal static class CommitCodec
{
    /// <summary>The newest format that this node writes, and reads.</summary>
    public const int Format = 1;

    static readonly string[] KindNames = ["", "state", "memory", "skill", "lease", "link", "snapshot", "branch", "session"];
    static readonly string[] ReasonNames = ["", "precondition-failed", "not-found", "value-too-large"];

    public static byte[] Encode(Commit commit)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("v"u8, Format);
            json.WriteNumber("n"u8, commit.Number);
            json.WriteString("id"u8, commit.Id);
            json.WriteString("prev"u8, Base64Url.EncodeToUtf8(commit.Previous.Span));
            json.WriteString("at"u8, TimeText(commit.At));
            json.WriteStartArray("entries"u8);
            foreach (var entry in commit.Entries)
                Write(json, entry);
            json.WriteEndArray();
            json.WriteString("hash"u8, Base64Url.EncodeToUtf8(commit.Hash.Span));
            if (commit.Signature is { } signature)
                json.WriteString("sig"u8, signature);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a commit. The values point into <paramref name="json"/>.</summary>
    /// <exception cref="FormatException">The text is not a commit of a format that this node reads.</exception>
    public static Commit Decode(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = NewReader(json);
            return ReadCommit(ref reader, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    static void Write(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
        json.WriteString("by"u8, entry.By);
        if (entry.Via is { } via)
            json.WriteString("via"u8, via);
        json.WriteString("requestId"u8, entry.RequestId);
        json.WriteString("requestDigest"u8, entry.RequestDigest.ToString("x32", CultureInfo.InvariantCulture));
        json.WriteStartArray("changes"u8);
        foreach (var change in entry.Changes)
            Write(json, change);
        json.WriteEndArray();
        if (entry.Refusal is { } refusal)
        {
            json.WriteStartObject("refused"u8);
            json.WriteString("reason"u8, ReasonNames[(int)refusal.Reason]);
            json.WriteNumber("index"u8, refusal.Index);
            if (refusal.Current is { } current)
                json.WriteString("etag"u8, current.ToString());
            json.WriteEndObject();
        }
        if (entry.Dependencies is { } dependencies)
        {
            WriteDependencies(json, dependencies);
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Change change)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, change.Key.Key);
        json.WriteString("kind"u8, KindNames[(int)change.Key.Kind]);
        switch (change.Content)
        {
            case null:
                json.WriteNull("value"u8);
                break;
            case { Json: { } value } content:
                json.WritePropertyName("value"u8);
                json.WriteRawValue(value.Span, skipInputValidation: true);
                json.WriteString("salt"u8, Base64Url.EncodeToUtf8(content.Salt.Span));
                break;
            case { } erased:
                json.WriteString("digest"u8, Base64Url.EncodeToUtf8(erased.Digest.Span));
                break;
        }
        if (change.Was is { } was)
            json.WriteString("was"u8, was.ToString());
        if (change.Tags is { } tags)
        {
            json.WriteStartArray("tags"u8);
            foreach (var tag in tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
        }
        if (change.ExpiresAt is { } expiresAt)
            json.WriteString("expiresAt"u8, TimeText(expiresAt));
        json.WriteEndObject();
    }

    static Commit ReadCommit(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int format = 0;
        long number = 0;
        Guid id = default;
        byte[]? previous = null, hash = null;
        string? signature = null;
        DateTimeOffset at = default;
        List<Entry>? entries = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "v"u8)) format = reader.GetInt32();
            else if (Is(ref reader, "n"u8)) number = reader.GetInt64();
            else if (Is(ref reader, "id"u8)) id = reader.GetGuid();
            else if (Is(ref reader, "prev"u8)) previous = GetBytes(ref reader);
            else if (Is(ref reader, "at"u8)) at = reader.GetDateTimeOffset();
            else if (Is(ref reader, "hash"u8)) hash = GetBytes(ref reader);
            else if (Is(ref reader, "sig"u8)) signature = reader.GetString();
            else if (Is(ref reader, "entries"u8))
            {
                entries = [];
                while (NextObject(ref reader))
                    entries.Add(ReadEntry(ref reader, json));
            }
            else Skip(ref reader);
        }
        if (format is < 1 or > Format)
            throw new FormatException($"format {format} is not known to this node, which reads up to {Format}");
        if (number < 1 || previous is null || hash is null || entries is null || reader.BytesConsumed != json.Length)
            throw new FormatException("a member is missing, or more text follows");
        return new Commit(number, id, previous, at, entries) { Hash = hash, Signature = signature };
    }

    static Entry ReadEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? by = null, requestId = null, via = null;
        UInt128 digest = default;
        List<Change>? changes = null;
        DependencySet? dependencies = null;
        Refusal? refusal = null;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "by"u8)) by = reader.GetString();
            else if (Is(ref reader, "via"u8)) via = reader.GetString();
            else if (Is(ref reader, "requestId"u8)) requestId = reader.GetString();
            else if (Is(ref reader, "requestDigest"u8)) digest = UInt128.Parse(reader.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else if (Is(ref reader, "changes"u8))
            {
                changes = [];
                while (NextObject(ref reader))
                    changes.Add(ReadChange(ref reader, json));
            }
            else if (Is(ref reader, "refused"u8)) refusal = ReadRefusal(ref reader);
            else if (Is(ref reader, "deps"u8)) dependencies = GetDependencies(ref reader);
            else Skip(ref reader);
        }
        if (by is null || requestId is null || changes is null)
            throw new FormatException("a member of an entry is missing");
        return new Entry(by, requestId, digest, changes, dependencies, refusal, via);
    }

    static Refusal ReadRefusal(ref Utf8JsonReader reader)
    {
        var (reason, index) = (0, 0);
        ETag? current = null;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "reason"u8)) reason = GetIndex(ref reader, ReasonNames, "a reason of a refusal");
            else if (Is(ref reader, "index"u8)) index = reader.GetInt32();
            else if (Is(ref reader, "etag"u8)) current = GetETag(ref reader);
            else Skip(ref reader);
        }
        return reason > 0 ? new Refusal((RefusalReason)reason, index, current) : throw new FormatException("a refusal has no reason");
    }

    static Change ReadChange(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? key = null;
        RecordKind kind = 0;
        ReadOnlyMemory<byte>? value = null;
        byte[]? salt = null, digest = null;
        ETag? was = null;
        string[]? tags = null;
        DateTimeOffset? expiresAt = null;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "key"u8)) key = reader.GetString();
            else if (Is(ref reader, "kind"u8)) kind = (RecordKind)GetIndex(ref reader, KindNames, "a kind of record");
            else if (Is(ref reader, "value"u8)) value = GetRaw(ref reader, json);
            else if (Is(ref reader, "salt"u8)) salt = GetBytes(ref reader);
            else if (Is(ref reader, "digest"u8)) digest = GetBytes(ref reader);
            else if (Is(ref reader, "was"u8)) was = GetETag(ref reader);
            else if (Is(ref reader, "tags"u8)) tags = GetStrings(ref reader);
            else if (Is(ref reader, "expiresAt"u8)) expiresAt = reader.GetDateTimeOffset();
            else Skip(ref reader);
        }
        if (key is null || kind == 0)
            throw new FormatException("a member of a change is missing");
        // A tombstone is a null value without salt: a JSON null that an agent put has one.
        var content = salt is not null && value is { } v ? new Content(CommitHash.Digest(salt, v.Span), salt, v)
            : digest is not null ? new Content(digest, default, null)
            : null;
        return new Change(new RecordKey(kind, key), content, was, expiresAt, tags);
    }

    static ETag GetETag(ref Utf8JsonReader reader) =>
        ETag.TryParse(reader.GetString(), out var etag) ? etag : throw new FormatException("an ETag was expected");

    static int GetIndex(ref Utf8JsonReader reader, string[] names, string what)
    {
        var index = Array.IndexOf(names, reader.GetString());
        return index > 0 ? index : throw new FormatException($"{what} that this node does not know");
    }
}
