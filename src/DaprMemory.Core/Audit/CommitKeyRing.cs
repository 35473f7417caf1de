using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Core.Audit;

/// <summary>The key that commits are signed with, and the keys that earlier ones were signed with, as one text has them.</summary>
/// <remarks>
/// The text is PEM: the first private key signs; all others, private or public, are earlier ones and verify only. So a key is replaced by writing the
/// new one before it. A single PKCS#8 key without PEM's frame, as DER or its base64, is taken too.
/// </remarks>
public sealed class CommitKeyRing : IDisposable
{
    CommitKeyRing(CommitSigner signer, CommitKeySet keys) => (Signer, Keys) = (signer, keys);

    /// <summary>Signs with the key in use.</summary>
    public CommitSigner Signer { get; }

    /// <summary>The public keys, that in use among them.</summary>
    public CommitKeySet Keys { get; }

    /// <summary>Reads the keys.</summary>
    /// <exception cref="FormatException">The text has no key to sign with, or one that can't be used; the message says what, and nothing of a key.</exception>
    public static CommitKeyRing Parse(ReadOnlySpan<byte> text)
    {
        CommitSigner? signer = null;
        var keys = new List<CommitKey>();
        try
        {
            foreach (var (key, isPrivate) in ReadKeys(text))
            {
                using (key)
                {
                    keys.Add(CommitKey.Of(key));
                    if (isPrivate)
                        signer ??= new CommitSigner(key);
                }
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            signer?.Dispose();
            throw new FormatException($"there is a key that is no EC key on P-256 (PKCS#8 or SEC 1, not encrypted): {e.Message}", e);
        }
        return signer is null ? throw new FormatException("there is no private key") : new CommitKeyRing(signer, new CommitKeySet(keys));
    }

    /// <inheritdoc />
    public void Dispose() => Signer.Dispose();

    static List<(ECDsa Key, bool IsPrivate)> ReadKeys(ReadOnlySpan<byte> bytes)
    {
        var keys = new List<(ECDsa, bool)>();
        // A byte order mark, or white space behind a secret, is nobody's key.
        var text = Encoding.UTF8.GetString(bytes).Trim('\uFEFF', ' ', '\t', '\r', '\n');
        if (!text.Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            var key = ECDsa.Create();
            // DER begins so, and base64 of it with another letter.
            key.ImportPkcs8PrivateKey(bytes is [0x30, ..] ? bytes : Convert.FromBase64String(text), out _);
            return [(key, true)];
        }
        for (ReadOnlySpan<char> rest = text; PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var label = rest[fields.Label];
            // What `openssl ecparam -genkey` writes before its key.
            if (label is "EC PARAMETERS")
                continue;
            var key = ECDsa.Create();
            key.ImportFromPem(rest[fields.Location]);
            keys.Add((key, label is "PRIVATE KEY" or "EC PRIVATE KEY"));
        }
        return keys;
    }
}
