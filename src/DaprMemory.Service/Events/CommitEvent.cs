using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Dapr;

namespace DaprMemory.Service.Events;

/// <summary>
/// The CloudEvent of a commit. Its data is <c>{"tenant","space","n","commit"}</c>, where <c>commit</c> is the commit's text as one JSON string:
/// Dapr decodes an event into a Go map and encodes that, which sorts members, drops white space and doubled members, and rewrites escapes.
/// In a string all that is left alone, so the values keep the bytes that the hash chain covers. A large commit's event has no <c>commit</c>.
/// </summary>
/// <param name="Id">The event's id, <c>tenant/space/n</c> if all is well; empty when it has none that is fit for a log.</param>
/// <param name="Space">The commit's space.</param>
/// <param name="Number">The commit's number.</param>
/// <param name="Text">The commit's text, UTF-8; null when it has to be read from the log.</param>
/// <param name="Time">When the event was published, by the publisher's clock; default when it does not say.</param>
internal readonly record struct CommitEvent(string Id, SpaceId Space, long Number, ReadOnlyMemory<byte>? Text, DateTimeOffset Time)
{
    /// <summary>The event's media type, by which Dapr takes it for a CloudEvent that need not be wrapped in one.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The longest text that travels in an event, in bytes. Escaped at its worst, it is still less than half of what Dapr and Pulsar take.</summary>
    public const int MaxTextBytes = 256 * 1024;

    const string Type = "memory.committed.v1";
    const int MaxIdLength = 384;

    static readonly CommitPayloadConverter TextConverter = new();
    static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true };

    /// <summary>Writes the event of a commit.</summary>
    /// <param name="space">The commit's space.</param>
    /// <param name="number">Its number.</param>
    /// <param name="text">Its text, UTF-8.</param>
    /// <param name="shard">Who publishes it.</param>
    /// <param name="time">When.</param>
    public static ReadOnlyMemory<byte> Write(SpaceId space, long number, ReadOnlyMemory<byte> text, string shard, DateTimeOffset time)
    {
        var travels = text.Length <= MaxTextBytes;
        // A quarter more for the quotes in the text, and half a KiB for all else: seldom does the buffer have to grow.
        var buffer = new ArrayBufferWriter<byte>(512 + (travels ? text.Length + (text.Length / 4) : 0));
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        var subject = space.ToString();
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, string.Create(CultureInfo.InvariantCulture, $"{subject}/{number}"));
        json.WriteString("type"u8, Type);
        json.WriteString("source"u8, shard);
        json.WriteString("subject"u8, subject);
        json.WriteString("time"u8, time.UtcDateTime);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        json.WriteStartObject("data"u8);
        json.WriteString("tenant"u8, space.Tenant);
        json.WriteString("space"u8, space.Name);
        json.WriteNumber("n"u8, number);
        if (travels)
        {
            json.WritePropertyName("commit"u8);
            TextConverter.Write(json, new CommitPayload(text), JsonSerializerOptions.Default);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads an event as Dapr delivers it, with its members in any order and others among them.</summary>
    /// <param name="json">The event.</param>
    /// <param name="read">What was read; when the event is malformed, at most its id.</param>
    /// <returns>Whether it is the event of a commit, with names that obey the rules.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out CommitEvent read)
    {
        read = new CommitEvent("", default, 0, null, default);
        var isCommit = false;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Is(ref reader, "id"u8)) read = read with { Id = ReadId(ref reader) };
                else if (Is(ref reader, "type"u8)) isCommit = reader.ValueTextEquals(Type);
                else if (Is(ref reader, "time"u8)) read = read with { Time = reader.TryGetDateTimeOffset(out var time) ? time : default };
                else if (Is(ref reader, "data"u8)) read = ReadData(ref reader, read);
                else Skip(ref reader);
            }
            // To the end, which throws when there is more.
            return isCommit && !reader.Read() && read.Number > 0
                && Names.CheckTenant(read.Space.Tenant) is null && Names.CheckSpace(read.Space.Name) is null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not JSON, or a member is of another type or not Unicode text.
            return false;
        }
    }

    static CommitEvent ReadData(ref Utf8JsonReader reader, CommitEvent read)
    {
        string? tenant = null, space = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("The data is no object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "tenant"u8)) tenant = reader.GetString();
            else if (Is(ref reader, "space"u8)) space = reader.GetString();
            else if (Is(ref reader, "n"u8)) read = read with { Number = reader.GetInt64() };
            else if (Is(ref reader, "commit"u8)) read = read with { Text = ReadText(ref reader) };
            else Skip(ref reader);
        }
        return read with { Space = new SpaceId(tenant ?? "", space ?? "") };
    }

    static ReadOnlyMemory<byte>? ReadText(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? TextConverter.Read(ref reader, typeof(CommitPayload), JsonSerializerOptions.Default).Text
        : throw new FormatException("The commit is no string.");

    static string ReadId(ref Utf8JsonReader reader) =>
        reader.GetString() is { Length: <= MaxIdLength } id && !id.AsSpan().ContainsAnyExceptInRange('!', '~') ? id : "";

    static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
