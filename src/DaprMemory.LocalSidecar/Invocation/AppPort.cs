using System.Net.Sockets;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>Finds out whether an app listens.</summary>
internal static class AppPort
{
    /// <summary>Connects to an app; null: nobody listens there.</summary>
    public static async Task<Socket?> TryConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Waits until the other side closes a connection that is not used for anything else.</summary>
    public static async Task WaitUntilClosedAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1], cancellationToken);
        }
        catch (SocketException)
        {
            // Torn is closed.
        }
    }
}
