using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprMemory.Core.State;

/// <summary>JSON merge patch, RFC 7396.</summary>
internal static class MergePatch
{
    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Applies <paramref name="patch"/> to <paramref name="target"/>; what the patch does not name keeps its text, numbers included.</summary>
    public static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch)
    {
        using var patchJson = JsonDocument.Parse(patch);
        using var targetJson = JsonDocument.Parse(target);
        var buffer = new ArrayBufferWriter<byte>(target.Length + patch.Length);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
            Merge(json, targetJson.RootElement, patchJson.RootElement);
        return buffer.WrittenMemory;
    }

    static void Merge(Utf8JsonWriter json, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            WriteAsIs(json, patch);
            return;
        }
        json.WriteStartObject();
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in patch.EnumerateObject())
            members[member.Name] = member.Value;
        if (target is { ValueKind: JsonValueKind.Object } old)
        {
            // A duplicate member of the target is read as JSON parsers do: the last one counts.
            var kept = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var member in old.EnumerateObject())
                kept[member.Name] = member.Value;
            foreach (var (name, value) in kept)
            {
                if (!members.Remove(name, out var change))
                {
                    json.WritePropertyName(name);
                    WriteAsIs(json, value);
                }
                else if (change.ValueKind != JsonValueKind.Null)
                {
                    json.WritePropertyName(name);
                    Merge(json, value, change);
                }
            }
        }
        foreach (var (name, change) in members)
        {
            if (change.ValueKind == JsonValueKind.Null)
                continue;
            json.WritePropertyName(name);
            Merge(json, null, change);
        }
        json.WriteEndObject();
    }

    static void WriteAsIs(Utf8JsonWriter json, JsonElement value) =>
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
