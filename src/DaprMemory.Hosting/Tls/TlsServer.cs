using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>The side of TLS that is called: shows the certificate in force, and asks clients for theirs where they must have one.</summary>
internal sealed class TlsServer(IOptions<TlsOptions> options, TlsFiles files, TlsRefusals refusals)
{
    /// <summary>Lets a server's <c>https</c> addresses, whatever they are, use the certificate in force at each handshake.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        if (!options.Value.HasCertificate)
            return;
        kestrel.ConfigureHttpsDefaults(https =>
        {
            // Without one Kestrel would look for a development certificate.
            https.ServerCertificateSelector = (_, _) => files.Current.Certificate;
            https.OnAuthenticate = Prepare;
        });
    }

    void Prepare(ConnectionContext connection, SslServerAuthenticationOptions handshake)
    {
        var material = files.Current;
        handshake.ServerCertificateSelectionCallback = null;
        // Unlike the selector's, it comes with what leads to its authority.
        handshake.ServerCertificateContext = material.Context;
        if (!options.Value.RequireClientCertificate)
            return;
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = material.ClientPolicy;
        handshake.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (WhyNot(certificate, chain, errors) is not { } reason)
                return true;
            refusals.Client(connection.RemoteEndPoint?.ToString(), reason);
            return false;
        };
    }

    string? WhyNot(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not X509Certificate2 shown ? "it shows no certificate"
        : errors != SslPolicyErrors.None ? $"its certificate is not good here ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})"
        : options.Value.ClientNames.Any(name => shown.MatchesHostname(name, allowWildcards: false, allowCommonName: false)) ? null
        : "its certificate has none of the names in Tls:ClientNames";
}
