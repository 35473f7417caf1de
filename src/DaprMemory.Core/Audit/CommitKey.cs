using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Core.Audit;

/// <summary>A public key that commits are signed with.</summary>
/// <param name="Id">Its thumbprint (RFC 7638), which signatures carry as <c>kid</c>.</param>
/// <param name="Point">The point on P-256.</param>
public sealed record CommitKey(string Id, ECPoint Point)
{
    /// <summary>The public part of a key.</summary>
    /// <exception cref="CryptographicException">It is not on P-256.</exception>
    public static CommitKey Of(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value && parameters.Curve.Oid.FriendlyName != ECCurve.NamedCurves.nistP256.Oid.FriendlyName)
            throw new CryptographicException("the key is not on the curve P-256");
        return Of(parameters.Q);
    }

    /// <summary>The key at a point on P-256.</summary>
    public static CommitKey Of(ECPoint point) =>
        new(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}"""))), point);
}
