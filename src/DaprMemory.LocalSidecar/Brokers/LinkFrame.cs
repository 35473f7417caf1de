using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>What a frame between two processes says.</summary>
internal enum LinkVerb
{
    /// <summary>First of all: the secret of the broker's address file.</summary>
    Hello,

    /// <summary>Publish; answered by <see cref="Done"/> with the same id, as is <see cref="Subscribe"/>.</summary>
    Publish,
    Subscribe,
    Done,
    Deliver,
    Settle,
    Leave,
}

/// <summary>One frame between two processes: two lengths, the JSON of this record, and the body of its message.</summary>
internal sealed record LinkFrame(LinkVerb Verb, long Id = 0)
{
    const int LengthsBytes = 2 * sizeof(int);

    // Well above what a sidecar takes from its app.
    const int MaxPartBytes = 16 * 1024 * 1024;

    public string? Secret { get; init; }

    /// <summary>The number that the subscribing side gave to its consumer.</summary>
    public long Consumer { get; init; }

    public TopicName Topic { get; init; }

    public ConsumerOptions? Options { get; init; }

    public BrokerMessage? Message { get; init; }

    /// <summary>Whether a settled message is done with.</summary>
    public bool IsDone { get; init; }

    public void Write(IBufferWriter<byte> output)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(this, LinkJson.Default.LinkFrame);
        var body = Message?.Body ?? default;
        var lengths = output.GetSpan(LengthsBytes);
        BinaryPrimitives.WriteInt32LittleEndian(lengths, head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[sizeof(int)..], body.Length);
        output.Advance(LengthsBytes);
        output.Write(head);
        output.Write(body.Span);
    }

    /// <summary>Takes one frame off the front, if it is there whole.</summary>
    /// <exception cref="JsonException">The bytes are not of a frame.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out LinkFrame? frame)
    {
        frame = null;
        if (input.Length < LengthsBytes)
            return false;
        Span<byte> lengths = stackalloc byte[LengthsBytes];
        input.Slice(0, LengthsBytes).CopyTo(lengths);
        var head = BinaryPrimitives.ReadInt32LittleEndian(lengths);
        var body = BinaryPrimitives.ReadInt32LittleEndian(lengths[sizeof(int)..]);
        if (head is < 0 or > MaxPartBytes || body is < 0 or > MaxPartBytes)
            throw new JsonException("not a frame");
        if (input.Length < LengthsBytes + (long)head + body)
            return false;
        var json = new Utf8JsonReader(input.Slice(LengthsBytes, head));
        frame = JsonSerializer.Deserialize(ref json, LinkJson.Default.LinkFrame) ?? throw new JsonException("not a frame");
        if (frame.Message is { } message)
        {
            // JSON gives back a dictionary that minds case.
            var metadata = message.Metadata is { } pairs ? new Dictionary<string, string>(pairs, StringComparer.OrdinalIgnoreCase) : null;
            frame = frame with { Message = message with { Body = input.Slice(LengthsBytes + head, body).ToArray(), Metadata = metadata } };
        }
        input = input.Slice(LengthsBytes + (long)head + body);
        return true;
    }
}

/// <summary>The generated serializer of frames.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LinkFrame))]
internal sealed partial class LinkJson : JsonSerializerContext;
