using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Service.Writes;

/// <summary>Tells the repeat of a request from another request under the same idempotency key.</summary>
internal static class RequestDigest
{
    /// <summary>Digests everything a client sends that bears on what is written; not its token, which may have grown before the retry.</summary>
    public static UInt128 Compute(HttpRequest request, string agent, ReadOnlySpan<byte> body)
    {
        // No part can hold a line feed, so the lines can't be mistaken for one another.
        var head = string.Join('\n', request.Method, request.Path.Value, request.QueryString.Value,
            request.Headers.IfMatch.ToString(), request.Headers.IfNoneMatch.ToString(), agent);
        Span<byte> digests = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(head), digests);
        SHA256.HashData(body, digests[SHA256.HashSizeInBytes..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(digests, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
