using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>Makes memories of turns: the same turn always gives the same ones, under the same ids.</summary>
internal static class TurnMemories
{
    /// <summary>Longer metadata stays with the turn.</summary>
    const int MaxMetadataBytes = 64 * 1024;

    // A character has at most three bytes for each of its UTF-16 units.
    const int MaxPieceLength = Memory.MaxTextBytes / 3;

    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The changes that add a turn's memories: one, or none without a text; several, if the text is longer than a memory's may be.</summary>
    public static IReadOnlyList<Mutation> ToAdd(string session, Turn turn, RememberRule rule)
    {
        if (rule.Roles is { Count: > 0 } roles && !roles.Contains(turn.Role))
            return [];
        var source = new MemorySource(session, turn.Number);
        var mutations = new Dictionary<string, Mutation>(StringComparer.Ordinal);
        foreach (var text in Cut(turn.GetText()).Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            var memory = new Memory(text, turn.Agent, turn.At)
            {
                Tags = rule.Tags,
                Importance = rule.Importance,
                Source = source,
                Metadata = MetadataOf(turn, withOwn: mutations.Count == 0),
            };
            var id = MemoryId.Of(text, source);
            mutations.TryAdd(id, new Mutation(
                new RecordKey(RecordKind.Memory, id), MutationKind.Add, MemoryCodec.Encode(memory), TimeToLive: rule.TimeToLive, Tags: rule.Tags));
        }
        return [.. mutations.Values];
    }

    static ReadOnlyMemory<byte> MetadataOf(Turn turn, bool withOwn)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role);
            if (withOwn && turn.Metadata.Length is > 0 and <= MaxMetadataBytes)
            {
                json.WritePropertyName("metadata"u8);
                json.WriteRawValue(turn.Metadata.Span);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>The text, in pieces that are no longer than a memory's may be; between words, where there are any.</summary>
    static IEnumerable<string> Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= Memory.MaxTextBytes)
        {
            yield return text;
            yield break;
        }
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(MaxPieceLength, text.Length - start);
            if (start + length < text.Length)
            {
                var space = text.AsSpan(start, length).LastIndexOfAny(" \t\r\n");
                length = space > 0 ? space + 1 : char.IsHighSurrogate(text[start + length - 1]) ? length - 1 : length;
            }
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
