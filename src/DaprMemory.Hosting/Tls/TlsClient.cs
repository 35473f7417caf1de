using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>The side of TLS that calls: shows the certificate in force, and believes servers that have one of our authorities and the name they are called by.</summary>
public sealed class TlsClient
{
    // So long may a connection be used that was made under another certificate or authority.
    static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(10);

    readonly TlsOptions _options;
    readonly TlsFiles _files;
    readonly TlsRefusals _refusals;

    internal TlsClient(IOptions<TlsOptions> options, TlsFiles files, TlsRefusals refusals) =>
        (_options, _files, _refusals) = (options.Value, files, refusals);

    /// <summary>Lets an HTTP/1.1 client make its connections so, if there are certificates; else it stays as it is.</summary>
    public void Configure(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!_options.HasFiles)
            return;
        // The handler's own options are fixed once it has connected; these are made for each connection.
        handler.ConnectCallback = ConnectAsync;
        handler.PooledConnectionLifetime = ConnectionLife;
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps)
                return plain;
            var secure = new SslStream(plain);
            await secure.AuthenticateAsClientAsync(NewHandshake(context.DnsEndPoint.Host), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is AuthenticationException)
                _refusals.Server(context.DnsEndPoint.Host, context.DnsEndPoint.Port, e.Message);
            throw;
        }
    }

    SslClientAuthenticationOptions NewHandshake(string host)
    {
        var material = _files.Current;
        return new()
        {
            TargetHost = host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            ClientCertificateContext = material.Context,
            CertificateChainPolicy = material.ServerPolicy,
        };
    }
}
