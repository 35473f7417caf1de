using System.ComponentModel.DataAnnotations;
using DaprMemory.Hosting.Tls;

namespace DaprMemory.Admission;

/// <summary>What the webhook guards. Its certificate is that of <see cref="TlsOptions"/>.</summary>
public sealed class AdmissionOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Admission";

    /// <summary>The namespace in which the memory runs.</summary>
    /// <value>Required.</value>
    [Required]
    public string Namespace { get; set; } = "";

    /// <summary>The label by which a namespace says whose it is.</summary>
    /// <value>The default is <c>daprmemory.io/tenant</c>.</value>
    [Required]
    public string TenantLabel { get; set; } = "daprmemory.io/tenant";

    /// <summary>The secrets, in <see cref="Namespace"/>, by which one gets into the stores.</summary>
    /// <value>Names. The default is none.</value>
    public IList<string> StoreSecrets { get; } = [];

    /// <summary>Where the stores are. Components of tenants that name one of these hosts are refused.</summary>
    /// <value>Host names. The default is none.</value>
    public IList<string> StoreHosts { get; } = [];

    /// <summary>Apps in <see cref="Namespace"/> besides the memory's own, such as an audit sink.</summary>
    /// <value>Dapr app ids. The default is none.</value>
    public IList<string> OtherApps { get; } = [];

    /// <summary>The API server, which is asked for namespaces' labels.</summary>
    /// <value>An absolute URL. The default is the one that Kubernetes tells pods.</value>
    public string? ApiServer { get; set; }

    /// <summary>The token that the API server is shown. Read for each request.</summary>
    /// <value>A path. The default is the pod's service account's.</value>
    [Required]
    public string TokenPath { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>The authority of the API server's certificate.</summary>
    /// <value>A path. The default is the pod's service account's.</value>
    [Required]
    public string AuthorityPath { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

    /// <summary>How long the API server may take. Its own patience with the webhook is 5 seconds.</summary>
    /// <value>A duration. The default is 3 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan ApiServerTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
