using System.Buffers;

namespace Dapr.Client;

/// <summary>Bytes in a rented array: a request body being written, or an answer being read. Disposing gives the array back.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    byte[] _array = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));
    int _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_array.Length - _length < Math.Max(sizeHint, 1))
            Grow(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Reads a stream to its end.</summary>
    public async ValueTask FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        int count;
        while ((count = await stream.ReadAsync(GetMemory(), cancellationToken).ConfigureAwait(false)) > 0)
            Advance(count);
    }

    public void Dispose()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        _length = 0;
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + needed), 2 * _array.Length));
        _array.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
