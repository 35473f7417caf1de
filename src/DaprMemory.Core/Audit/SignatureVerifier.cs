using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DaprMemory.Core.Audit;

/// <summary>Checks the signatures of commits. One thread at a time.</summary>
public sealed class SignatureVerifier(CommitKeySet keys) : IDisposable
{
    const int SignatureSize = 64;

    // Headers repeat: each text is read once. Only good ones are kept.
    readonly Dictionary<string, ECDsa> _byHeader = new(StringComparer.Ordinal);

    /// <summary>Checks one signature.</summary>
    /// <param name="jws">The signature, a compact JWS.</param>
    /// <param name="hash">The hash that it must be of.</param>
    /// <returns>Null if it is good, else what is wrong with it.</returns>
    public string? Check(string jws, ReadOnlySpan<byte> hash)
    {
        ArgumentNullException.ThrowIfNull(jws);
        var first = jws.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : jws.IndexOf('.', first + 1);
        if (second < 0 || jws.IndexOf('.', second + 1) >= 0)
            return "its signature is no compact JWS";
        if (Find(jws[..first], out var wrong) is not { } key)
            return wrong;
        if (!jws.AsSpan(first + 1, second - first - 1).SequenceEqual(Base64Url.EncodeToString(hash)))
            return "its signature is of another hash";
        Span<byte> signature = stackalloc byte[SignatureSize];
        // Encoded again, because the last character has bits that are not looked at.
        if (jws.Length - second - 1 != Base64Url.GetEncodedLength(SignatureSize)
            || Base64Url.DecodeFromChars(jws.AsSpan(second + 1), signature, out _, out var written) != OperationStatus.Done || written != SignatureSize
            || !jws.AsSpan(second + 1).SequenceEqual(Base64Url.EncodeToString(signature)))
            return "its signature is no ES256 signature";
        return key.VerifyData(Encoding.ASCII.GetBytes(jws, 0, second), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            ? null
            : "its signature does not verify";
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var key in _byHeader.Values)
            key.Dispose();
    }

    ECDsa? Find(string header, out string? wrong)
    {
        wrong = null;
        if (_byHeader.TryGetValue(header, out var known))
            return known;
        string? id = null;
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(header)));
            // No other algorithm, and nothing that would change what is signed ("crit", "b64").
            if (json.RootElement.EnumerateObject().All(member => member.Name is "alg" or "kid") && json.RootElement.GetProperty("alg").ValueEquals("ES256"))
                id = json.RootElement.GetProperty("kid").GetString();
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            wrong = "its signature has no header that can be read";
            return null;
        }
        if (id is null || keys.Find(id) is not { } key)
        {
            wrong = id is null ? "its signature is not an ES256 one" : $"its signature is by the unknown key {id}";
            return null;
        }
        return _byHeader[header] = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = key.Point });
    }
}
