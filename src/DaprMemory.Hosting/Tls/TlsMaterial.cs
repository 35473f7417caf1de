using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DaprMemory.Hosting.Tls;

/// <summary>What was read from the files at one moment: a certificate with its key, and authorities. Handshakes under way may outlast it: it is left to the collector.</summary>
internal sealed class TlsMaterial
{
    // RFC 5280, section 4.2.1.12.
    static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1"), ClientUsage = new("1.3.6.1.5.5.7.3.2");

    readonly X509Certificate2Collection? _authorities;

    /// <exception cref="CryptographicException">The texts are not what they should be.</exception>
    /// <exception cref="ArgumentException">The key is another certificate's.</exception>
    public TlsMaterial(TlsTexts texts)
    {
        Texts = texts;
        if (texts is { Certificate: { } certificate, Key: { } key })
        {
            Certificate = X509Certificate2.CreateFromPem(certificate, key);
            var chain = Import(certificate);
            chain.RemoveAt(0);
            Context = SslStreamCertificateContext.Create(Certificate, chain, offline: true);
        }
        if (texts.Authorities is { } authorities)
            _authorities = Import(authorities) is { Count: > 0 } some ? some : throw new CryptographicException("the authorities' file has no certificate");
    }

    public TlsTexts Texts { get; }

    public X509Certificate2? Certificate { get; }

    /// <summary>The certificate, with those that lead to its authority.</summary>
    public SslStreamCertificateContext? Context { get; }

    /// <summary>By what a server is judged; null: as the system does.</summary>
    public X509ChainPolicy? ServerPolicy => PolicyOf(ServerUsage);

    /// <summary>By what a client is judged; null: as the system does.</summary>
    public X509ChainPolicy? ClientPolicy => PolicyOf(ClientUsage);

    X509ChainPolicy? PolicyOf(Oid usage)
    {
        if (_authorities is null)
            return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Authorities of one's own have no lists of what they withdrew; their certificates are short-lived instead.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ApplicationPolicy.Add(usage);
        return policy;
    }

    static X509Certificate2Collection Import(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }
}
