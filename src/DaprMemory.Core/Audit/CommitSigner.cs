using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Core.Audit;

/// <summary>Signs with one ES256 key (ECDSA over P-256 with SHA-256).</summary>
public sealed class CommitSigner : ICommitSigner, IDisposable
{
    const int SignatureSize = 64;

    readonly ECParameters _key;
    readonly byte[] _header;
    // A key object serves one thread at a time.
    readonly ConcurrentBag<ECDsa> _idle = [];

    /// <summary>Creates a signer.</summary>
    /// <param name="key">A P-256 key with its private part; stays the caller's.</param>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    public CommitSigner(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key.ExportParameters(includePrivateParameters: true);
        Key = CommitKey.Of(key);
        _header = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{Key.Id}}"}""")) + ".");
    }

    /// <summary>The public part, by which signatures are checked.</summary>
    public CommitKey Key { get; }

    /// <inheritdoc />
    public string Sign(ReadOnlySpan<byte> hash)
    {
        Span<byte> input = stackalloc byte[_header.Length + Base64Url.GetEncodedLength(hash.Length)];
        _header.CopyTo(input);
        Base64Url.EncodeToUtf8(hash, input[_header.Length..]);
        Span<byte> signature = stackalloc byte[SignatureSize];
        if (!_idle.TryTake(out var key))
            key = ECDsa.Create(_key);
        key.SignData(input, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(key);
        return $"{Encoding.ASCII.GetString(input)}.{Base64Url.EncodeToString(signature)}";
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_idle.TryTake(out var key))
            key.Dispose();
    }
}
