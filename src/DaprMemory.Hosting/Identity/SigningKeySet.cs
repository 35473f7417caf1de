using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>
/// The issuer's keys as they are now, and the tokens that they have verified. When the keys change there is another set, which has verified
/// nothing yet: so nothing that a withdrawn key has verified outlives it.
/// </summary>
internal sealed class SigningKeySet
{
    readonly FrozenDictionary<string, SigningKey> _keys;
    readonly string _fingerprint;

    /// <param name="issuer">The <c>iss</c> of tokens.</param>
    /// <param name="keys">The keys; of several with the same id the first counts.</param>
    /// <param name="maxTokens">How many tokens are remembered.</param>
    SigningKeySet(string issuer, IEnumerable<SigningKey> keys, int maxTokens)
    {
        Issuer = issuer;
        Verified = new VerifiedTokens(maxTokens);
        _keys = keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);
        _fingerprint = string.Join('\n', _keys.Values.Select(key => $"{key.Id} {key.Fingerprint}").Order(StringComparer.Ordinal).Prepend(issuer));
    }

    /// <summary>The <c>iss</c> of tokens.</summary>
    public string Issuer { get; }

    /// <summary>How many keys there are.</summary>
    public int Count => _keys.Count;

    /// <summary>The tokens that these keys have verified.</summary>
    public VerifiedTokens Verified { get; }

    /// <summary>Takes the usable keys of a JWKS: those with a <c>kid</c>, for signatures, on P-256 or RSA of 2048 bits or more.</summary>
    public static SigningKeySet Of(string issuer, JsonWebKeySet jwks, int maxTokens)
    {
        var keys = new List<SigningKey>();
        foreach (var jwk in jwks.Keys)
        {
            if (SigningKey.TryCreate(jwk, out var key))
                keys.Add(key);
        }
        return new SigningKeySet(issuer, keys, maxTokens);
    }

    /// <summary>The key of an id, if there is one.</summary>
    public SigningKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Whether another set has the very same issuer and keys.</summary>
    public bool IsSameAs(SigningKeySet other) => _fingerprint == other._fingerprint;
}
