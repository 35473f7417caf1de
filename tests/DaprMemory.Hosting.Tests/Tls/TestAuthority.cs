using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DaprMemory.Hosting.Tests.Tls;

/// <summary>An authority that signs certificates for this machine.</summary>
internal sealed class TestAuthority : IDisposable
{
    /// <summary>What a certificate may be good for (RFC 5280, section 4.2.1.12).</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1", Client = "1.3.6.1.5.5.7.3.2";

    static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-2);

    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        // All of one name: by that alone a stranger looks like ours.
        var request = new CertificateRequest("CN=authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(From, From.AddYears(1));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's own certificate.</summary>
    public string Pem => Certificate.ExportCertificatePem();

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    /// <summary>Signs a certificate.</summary>
    /// <param name="name">Its common name and DNS name.</param>
    /// <param name="isExpired">Whether it was good until yesterday.</param>
    /// <param name="isLocal">Whether it is for 127.0.0.1, too.</param>
    /// <param name="usage">What it is good for; both if null.</param>
    /// <returns>The certificate and its key, PEM.</returns>
    public (string Certificate, string Key) Sign(string name, bool isExpired = false, bool isLocal = true, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (isLocal)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var usages = new OidCollection();
        foreach (var one in usage is null ? [Server, Client] : new[] { usage })
            usages.Add(new Oid(one));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        using var certificate = request.Create(Certificate, From, isExpired ? From.AddDays(1) : From.AddMonths(1), RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
