using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Hosting.Tls;

/// <summary>
/// The certificate that a service shows, as a server and as a client, and whom it believes. The files are those of a Kubernetes secret
/// (<c>tls.crt</c>, <c>tls.key</c>, <c>ca.crt</c>); they are read again when their content changes, the settings are read once.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Tls";

    /// <summary>The certificate, PEM, and behind it those that lead to its authority. <c>https</c> addresses are served with it.</summary>
    /// <value>A path. The default is none.</value>
    public string? CertificatePath { get; set; }

    /// <summary>The certificate's private key, PEM.</summary>
    /// <value>A path. Required with <see cref="CertificatePath"/>.</value>
    public string? KeyPath { get; set; }

    /// <summary>The authorities, PEM, that others' certificates must lead to; no others are believed then.</summary>
    /// <value>A path. The default is none: servers are judged by the system's authorities.</value>
    public string? AuthorityPath { get; set; }

    /// <summary>Whether calls about tenants are taken only from clients that show a certificate of <see cref="AuthorityPath"/> with one of <see cref="ClientNames"/>.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool RequireClientCertificate { get; set; }

    /// <summary>Who may call, by a DNS name in the client's certificate: the router.</summary>
    /// <value>At least one with <see cref="RequireClientCertificate"/>, such as <c>memory-router</c>; no wildcards.</value>
    public IList<string> ClientNames { get; } = [];

    /// <summary>How often the files are looked at.</summary>
    /// <value>A duration. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    internal bool HasCertificate => !string.IsNullOrEmpty(CertificatePath);

    internal bool HasFiles => HasCertificate || !string.IsNullOrEmpty(AuthorityPath);
}
