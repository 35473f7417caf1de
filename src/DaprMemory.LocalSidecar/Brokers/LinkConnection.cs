using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>Frames over a socket in both directions. What is sent together goes in one packet.</summary>
internal sealed class LinkConnection : IAsyncDisposable
{
    readonly Channel<LinkFrame> _outgoing = Channel.CreateUnbounded<LinkFrame>(new UnboundedChannelOptions { SingleReader = true });
    readonly Socket _socket;
    readonly NetworkStream _stream;
    readonly Task _sending;

    public LinkConnection(Socket socket)
    {
        socket.NoDelay = true;
        _socket = socket;
        _stream = new NetworkStream(socket);
        _sending = SendAllAsync();
    }

    /// <summary>Queues a frame; false: the connection is closed.</summary>
    public bool Send(LinkFrame frame) => _outgoing.Writer.TryWrite(frame);

    /// <summary>Hands each frame that comes to <paramref name="handle"/> and returns when the connection is closed, by whichever side.</summary>
    public async Task ReceiveAllAsync(Action<LinkFrame> handle)
    {
        var reader = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                var buffer = result.Buffer;
                while (LinkFrame.TryRead(ref buffer, out var frame))
                    handle(frame);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or JsonException)
        {
            // Torn: the same as closed, both sides start again.
        }
        finally
        {
            await reader.CompleteAsync();
            Close();
        }
    }

    /// <summary>Closes the connection; what is queued may be lost.</summary>
    public void Close()
    {
        _outgoing.Writer.TryComplete();
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _sending;
        await _stream.DisposeAsync();
    }

    async Task SendAllAsync()
    {
        var writer = PipeWriter.Create(_stream);
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                while (_outgoing.Reader.TryRead(out var frame))
                    frame.Write(writer);
                await writer.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Close(); // the receiving side tells of it
        }
    }
}
