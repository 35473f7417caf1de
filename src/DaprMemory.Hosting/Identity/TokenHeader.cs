using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>What a token's header says of its signature. Nothing in it is to be believed; it tells which key to try.</summary>
/// <param name="Algorithm">The <c>alg</c>.</param>
/// <param name="KeyId">The <c>kid</c>.</param>
internal readonly record struct TokenHeader(string Algorithm, string KeyId)
{
    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads the first part of a token.</summary>
    /// <returns>Null: it is no header, or demands something that we do not do.</returns>
    public static TokenHeader? Read(string part)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(part), Strict);
            var header = json.RootElement;
            // What stands in "crit" has to be understood (RFC 7515, 4.1.11), and we understand nothing of the kind.
            return header.ValueKind == JsonValueKind.Object && !header.TryGetProperty("crit", out _)
                && header.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String
                && header.TryGetProperty("kid", out var keyId) && keyId.ValueKind == JsonValueKind.String
                ? new TokenHeader(algorithm.GetString()!, keyId.GetString()!)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Not base64url, not JSON, or not Unicode text.
            return null;
        }
    }
}
