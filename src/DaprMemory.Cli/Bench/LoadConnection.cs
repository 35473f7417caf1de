using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprMemory.Cli.Bench;

/// <summary>
/// One keep-alive HTTP/1.1 connection that sends prepared bytes and reads just enough of the answer. The load generator shares the
/// machine with what it measures, so it must cost little; <see cref="HttpClient"/> would take about half of it.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    byte[] _buffer = new byte[16 * 1024];
    int _used;

    public static async Task<LoadConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var connection = new LoadConnection();
        var host = address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address.Host);
        await connection._socket.ConnectAsync(new IPEndPoint(host, address.Port), cancellationToken).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Sends one request and reads its answer whole; gives the status.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request, cancellationToken).ConfigureAwait(false)..];
        int head;
        while ((head = _buffer.AsSpan(0, _used).IndexOf(HeadEnd)) < 0)
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        head += HeadEnd.Length;
        var status = (_buffer[9] - '0') * 100 + (_buffer[10] - '0') * 10 + (_buffer[11] - '0');
        if (FindHeader("transfer-encoding", head) is not null)
            await SkipChunksAsync(head, cancellationToken).ConfigureAwait(false);
        else
            await SkipAsync(head + int.Parse(FindHeader("content-length", head) ?? "0", System.Globalization.CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        return status;
    }

    public void Dispose() => _socket.Dispose();

    async ValueTask SkipChunksAsync(int at, CancellationToken cancellationToken)
    {
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(at, _used - at).IndexOf("\r\n"u8)) < 0)
                await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(_buffer, at, line), 16);
            await SkipAsync(at + line + 2 + size + 2, cancellationToken).ConfigureAwait(false);
            at = 0;
            if (size == 0)
                return;
        }
    }

    /// <summary>Forgets the first bytes received, waiting for them if they are not there yet.</summary>
    async ValueTask SkipAsync(int count, CancellationToken cancellationToken)
    {
        while (_used < count)
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        _used -= count;
        _buffer.AsSpan(count, _used).CopyTo(_buffer);
    }

    async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_used == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_used), cancellationToken).ConfigureAwait(false);
        if (received == 0)
            throw new IOException("the server closed the connection");
        _used += received;
    }

    string? FindHeader(string name, int head)
    {
        var rest = _buffer.AsSpan(0, head);
        while (rest.IndexOf("\r\n"u8) is var end and > 0)
        {
            rest = rest[(end + 2)..];
            if (rest.Length > name.Length && rest[name.Length] == ':' && Ascii.EqualsIgnoreCase(rest[..name.Length], name))
                return Encoding.ASCII.GetString(rest[(name.Length + 1)..rest.IndexOf("\r\n"u8)]).Trim();
        }
        return null;
    }
}
