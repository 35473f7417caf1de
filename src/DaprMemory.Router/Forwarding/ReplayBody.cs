using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Router.Forwarding;

/// <summary>A request's body, held in pooled memory so that it can be sent more than once.</summary>
internal sealed class ReplayBody : Stream
{
    // What a client only announces costs no more memory than this.
    const int FirstBytes = 64 * 1024;

    readonly HttpRequest _request;
    readonly Stream _original;
    byte[] _buffer;
    int _length;
    int _position;

    ReplayBody(HttpRequest request)
    {
        _request = request;
        _original = request.Body;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(request.ContentLength ?? 1, 1, FirstBytes));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads a request's body to its end and puts itself in its place, until disposed. The server limits the size.</summary>
    /// <returns>Null if the request has no body.</returns>
    public static async ValueTask<ReplayBody?> TakeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return null;
        var body = new ReplayBody(context.Request);
        try
        {
            await body.FillAsync(context.RequestAborted);
        }
        catch
        {
            await body.DisposeAsync();
            throw;
        }
        // It has been answered by reading; passed on, it would cost a round trip to the shard.
        context.Request.Headers.Expect = default;
        context.Request.Body = body;
        return body;
    }

    /// <summary>Goes back to the first byte.</summary>
    public void Rewind() => _position = 0;

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _length - _position);
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            _request.Body = _original;
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
        base.Dispose(disposing);
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        while (await _original.ReadAsync(_buffer.AsMemory(_length), cancellationToken) is var read and > 0)
        {
            _length += read;
            if (_length == _buffer.Length)
                Grow();
        }
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
