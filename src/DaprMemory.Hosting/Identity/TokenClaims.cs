using System.Globalization;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Requests;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>Reads the claims of a token whose signature is good.</summary>
internal static class TokenClaims
{
    const int MaxTokenIdLength = 128;

    // The year 9999: a skew behind it is still a time.
    const double MaxSeconds = 253370764800;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads the second part of a token.</summary>
    /// <param name="part">The part.</param>
    /// <param name="now">The time.</param>
    /// <param name="skew">How far the issuer's clock may be from ours.</param>
    public static TokenOutcome Read(string part, DateTimeOffset now, TimeSpan skew)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(part), Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement, now, skew) : Malformed;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return Malformed;
        }
    }

    static TokenOutcome.Refused Malformed { get; } = new("the token's claims are malformed");

    static TokenOutcome Read(JsonElement claims, DateTimeOffset now, TimeSpan skew)
    {
        if (!TryReadTime(claims, "exp", out var expires) || expires is null)
            return new TokenOutcome.Refused("the token has no expiry");
        if (!TryReadTime(claims, "nbf", out var notBefore))
            return Malformed;
        if (now >= expires + skew)
            return new TokenOutcome.Refused("the token has expired");
        if (now < notBefore - skew)
            return new TokenOutcome.Refused("the token is not valid yet");
        if (!TryReadText(claims, "sub", out var agent) || Names.CheckAgent(agent) is not null)
            return new TokenOutcome.Refused("the token's sub is not an agent");
        if (!TryReadText(claims, "tenant", out var tenant) || Names.CheckTenant(tenant) is not null)
            return new TokenOutcome.Refused("the token's tenant is not a tenant");
        if (!TryReadText(claims, "jti", out var tokenId)
            || tokenId is { Length: 0 or > MaxTokenIdLength } || tokenId.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return new TokenOutcome.Refused("the token's jti is not 1 to 128 visible ASCII characters");
        // Without an id the expiry is what an issuer can find the token by; a digest of it would be something to guess at.
        var via = tokenId is not null ? $"jwt:{tokenId}" : string.Create(CultureInfo.InvariantCulture, $"jwt-exp:{expires.Value.ToUnixTimeSeconds()}");
        return new TokenOutcome.Verified(new Caller(agent!) { Tenant = tenant, Scopes = ReadScopes(claims), Via = via, Expires = expires + skew });
    }

    static MemoryScopes ReadScopes(JsonElement claims)
    {
        var scopes = MemoryScopes.None;
        foreach (var name in (ReadOnlySpan<string>)["scope", "scp"])
        {
            if (!claims.TryGetProperty(name, out var claim))
                continue;
            if (claim.ValueKind == JsonValueKind.String)
                scopes |= ParseList(claim.GetString()!);
            else if (claim.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in claim.EnumerateArray())
                    scopes |= item.ValueKind == JsonValueKind.String ? ScopeNames.Parse(item.GetString()!) : MemoryScopes.None;
            }
        }
        return scopes;
    }

    static MemoryScopes ParseList(string text)
    {
        var scopes = MemoryScopes.None;
        foreach (var name in text.Split(' '))
            scopes |= ScopeNames.Parse(name);
        return scopes;
    }

    /// <returns>Whether the claim is absent, with null for its value, or a text.</returns>
    static bool TryReadText(JsonElement claims, string name, out string? text)
    {
        text = null;
        if (!claims.TryGetProperty(name, out var claim))
            return true;
        if (claim.ValueKind != JsonValueKind.String)
            return false;
        text = claim.GetString();
        return true;
    }

    /// <returns>Whether the claim is absent, with null for its value, or a time in seconds from 1970 on.</returns>
    static bool TryReadTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var claim))
            return true;
        if (claim.ValueKind != JsonValueKind.Number || !claim.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= MaxSeconds))
            return false;
        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }
}
