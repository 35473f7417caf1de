using System.Buffers;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>Finds out whom a JWT names. One that is good is remembered by its digest; one that is not leaves no trace.</summary>
internal sealed class TokenVerifier(SigningKeys keys, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>The longest token, in characters; longer ones are refused before anything is made of them.</summary>
    public const int MaxLength = 16 * 1024;

    static readonly SearchValues<char> TokenChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    static readonly TokenOutcome.Refused Expired = new("the token has expired");
    static readonly TokenOutcome.Refused Malformed = new("the token is not a signed JWT");
    static readonly TokenOutcome.Refused WrongSignature = new("the token's signature is not the issuer's");

    readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Verifies a token.</summary>
    public ValueTask<TokenOutcome> VerifyAsync(ReadOnlyMemory<char> token, CancellationToken cancellationToken)
    {
        // Where only apps are known, no token is.
        if (!keys.HasSource)
            return new(WrongSignature);
        if (token.Length > MaxLength || token.Span.ContainsAnyExcept(TokenChars))
            return new(Malformed);
        var digest = TokenDigest.Of(token.Span);
        if (keys.Current is { } current && current.Verified.Find(digest) is { } known)
            return new(time.GetUtcNow() < known.Caller.Expires ? known : Expired);
        return VerifyNewAsync(token.ToString(), digest, cancellationToken);
    }

    async ValueTask<TokenOutcome> VerifyNewAsync(string token, TokenDigest digest, CancellationToken cancellationToken)
    {
        // Three parts: five would be an encrypted token, and to find out what is in it an attack on whoever does.
        if (token.Split('.') is not [var head, var claims, not ""] || TokenHeader.Read(head) is not { } header)
            return Malformed;
        var current = keys.Current;
        if (current?.Find(header.KeyId) is null)
            current = await keys.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (current is null)
            return new TokenOutcome.Unknown();
        if (current.Find(header.KeyId) is not { } key || key.Algorithm != header.Algorithm)
            return WrongSignature;
        if (Check(token, key, current.Issuer) is { } refused)
            return refused;
        var outcome = TokenClaims.Read(claims, time.GetUtcNow(), options.Value.ClockSkew);
        if (outcome is TokenOutcome.Verified verified)
            current.Verified.Add(digest, verified);
        return outcome;
    }

    TokenOutcome.Refused? Check(string token, SigningKey key, string issuer)
    {
        var result = _handler.ValidateToken(token, new TokenValidationParameters
        {
            IssuerSigningKey = key.Key,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [key.Algorithm],
            ValidIssuer = issuer,
            ValidAudience = options.Value.Audience,
            // By our own clock, see TokenClaims.
            ValidateLifetime = false,
        });
        return result.IsValid
            ? null
            : result.Exception switch
            {
                SecurityTokenInvalidIssuerException => new("the token is of another issuer"),
                SecurityTokenInvalidAudienceException => new("the token is for another audience"),
                _ => WrongSignature,
            };
    }
}
