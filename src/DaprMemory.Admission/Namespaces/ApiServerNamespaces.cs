using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DaprMemory.Admission.Reviews;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Namespaces;

/// <summary>Asks the API server for a namespace's label, each time: a review does not carry it, and pods are not made often.</summary>
internal sealed class ApiServerNamespaces : INamespaceTenants, IDisposable
{
    readonly AdmissionOptions _options;
    readonly HttpClient _http;

    public ApiServerNamespaces(IOptions<AdmissionOptions> options, IConfiguration configuration)
    {
        _options = options.Value;
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOnly(_options.AuthorityPath) } };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(_options.ApiServer ?? $"https://{HostOf(configuration)}:{configuration["KUBERNETES_SERVICE_PORT"] ?? "443"}"),
            Timeout = _options.ApiServerTimeout,
        };
    }

    /// <inheritdoc />
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{Uri.EscapeDataString(name)}");
        // Kubernetes renews it.
        var token = await File.ReadAllTextAsync(_options.TokenPath, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        var found = await response.Content.ReadFromJsonAsync(AdmissionJsonContext.Default.KubernetesObject, cancellationToken);
        return found?.Metadata?.Label(_options.TenantLabel);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    static string HostOf(IConfiguration configuration)
    {
        var host = configuration["KUBERNETES_SERVICE_HOST"]!;
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
    }

    static X509ChainPolicy TrustOnly(string authorityPath)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityPath);
        return policy;
    }
}
