using System.Buffers;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>A request's body in a borrowed buffer, at most as long as daprd's limit.</summary>
internal readonly struct RequestBody : IDisposable
{
    /// <summary>daprd's default <c>max-body-size</c>.</summary>
    public const int LimitBytes = 4 * 1024 * 1024;

    const int FirstBufferBytes = 16 * 1024;

    readonly byte[]? _buffer;
    readonly int _length;

    RequestBody(byte[]? buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>Whether the body was over the limit; then there is nothing in <see cref="Bytes"/>.</summary>
    public bool IsTooLarge => _buffer is null;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LimitBytes)
            return default;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstBufferBytes) + 1);
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > LimitBytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return default;
            }
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        return new RequestBody(buffer, length);
    }

    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
    }
}
