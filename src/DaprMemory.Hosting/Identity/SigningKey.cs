using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>One public key of the issuer, good for one algorithm.</summary>
/// <param name="Id">Its <c>kid</c>.</param>
/// <param name="Algorithm"><c>ES256</c> or <c>RS256</c>; decided by the key, never by a token.</param>
/// <param name="Fingerprint">What tells it from every other key.</param>
/// <param name="Key">The key.</param>
internal sealed record SigningKey(string Id, string Algorithm, string Fingerprint, SecurityKey Key)
{
    // 2048 bits; anything less can be broken.
    const int MinModulusBytes = 256;
    const int MaxModulusBytes = 1024;

    /// <summary>Takes a key from a JWKS, unless it is no public key for signatures of the two kinds that we take.</summary>
    public static bool TryCreate(JsonWebKey jwk, [NotNullWhen(true)] out SigningKey? key)
    {
        key = null;
        if (string.IsNullOrEmpty(jwk.Kid) || jwk.Use is not (null or "" or JsonWebKeyUseNames.Sig))
            return false;
        try
        {
            key = jwk.Kty switch
            {
                JsonWebAlgorithmsKeyTypes.EllipticCurve when jwk.Crv == JsonWebKeyECTypes.P256 => OfCurve(jwk),
                JsonWebAlgorithmsKeyTypes.RSA => OfModulus(jwk),
                _ => null,
            };
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            // Not base64url, or not a point of the curve.
            return false;
        }
        return key is not null && (string.IsNullOrEmpty(jwk.Alg) || jwk.Alg == key.Algorithm);
    }

    static SigningKey OfCurve(JsonWebKey jwk)
    {
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(jwk.X), Y = Base64UrlEncoder.DecodeBytes(jwk.Y) },
        };
        return new(
            jwk.Kid, SecurityAlgorithms.EcdsaSha256, $"EC {jwk.X} {jwk.Y}", new ECDsaSecurityKey(ECDsa.Create(parameters)) { KeyId = jwk.Kid });
    }

    static SigningKey? OfModulus(JsonWebKey jwk)
    {
        var parameters = new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(jwk.N), Exponent = Base64UrlEncoder.DecodeBytes(jwk.E) };
        return parameters.Modulus.Length is < MinModulusBytes or > MaxModulusBytes
            ? null
            : new(jwk.Kid, SecurityAlgorithms.RsaSha256, $"RSA {jwk.N} {jwk.E}", new RsaSecurityKey(parameters) { KeyId = jwk.Kid });
    }
}
