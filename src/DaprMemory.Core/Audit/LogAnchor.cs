using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Core.Audit;

/// <summary>What somebody has kept of a log outside it: as long as he has it, nobody can shorten or rewrite what it covers unseen.</summary>
/// <param name="Space"><c>tenant/space</c>.</param>
/// <param name="Version">The number of a commit.</param>
/// <param name="Hash">Its hash, base64url.</param>
public sealed record LogAnchor(string Space, long Version, string Hash)
{
    /// <summary>Reads an anchor.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static LogAnchor Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AnchorJson.Default.LogAnchor) is { Space: not null, Hash: not null, Version: > 0 } anchor
                ? anchor
                : throw new FormatException("an anchor has a space, a version and a hash");
        }
        catch (JsonException e)
        {
            throw new FormatException($"this is no anchor: {e.Message}", e);
        }
    }

    /// <summary>The anchor as JSON text.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AnchorJson.Default.LogAnchor);
}

[JsonSerializable(typeof(LogAnchor))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class AnchorJson : JsonSerializerContext;
