using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Hosting.Identity;

/// <summary>The SHA-256 digest of a token, by which it is remembered: who reads the memory of the process finds no token there.</summary>
internal readonly record struct TokenDigest(UInt128 High, UInt128 Low)
{
    const int StackBytes = 2048;

    /// <summary>Computes the digest of a token of ASCII characters.</summary>
    public static TokenDigest Of(ReadOnlySpan<char> token)
    {
        var rented = token.Length > StackBytes ? ArrayPool<byte>.Shared.Rent(token.Length) : null;
        var bytes = rented is null ? stackalloc byte[StackBytes] : rented;
        var length = Encoding.ASCII.GetBytes(token, bytes);
        Span<UInt128> digest = stackalloc UInt128[2];
        SHA256.HashData(bytes[..length], MemoryMarshal.AsBytes(digest));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new TokenDigest(digest[0], digest[1]);
    }
}
