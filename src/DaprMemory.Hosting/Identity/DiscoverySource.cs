using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace DaprMemory.Hosting.Identity;

/// <summary>Keys of an OpenID provider, which says at a well-known place where they are.</summary>
internal sealed class DiscoverySource(IdentityOptions options) : IKeySource, IDisposable
{
    const long MaxBytes = 1024 * 1024;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly HttpClient _http = new() { MaxResponseContentBufferSize = MaxBytes, Timeout = Timeout };
    readonly string _address = options.Authority!.TrimEnd('/') + "/.well-known/openid-configuration";

    public TimeSpan Interval => options.KeyRefreshInterval;

    // The provider may itself be a part of what starts here.
    public bool MayBeLate => true;

    public async Task<SigningKeySet> ReadAsync(CancellationToken cancellationToken)
    {
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = new Uri(_address).Scheme == Uri.UriSchemeHttps };
        try
        {
            var provider = await OpenIdConnectConfigurationRetriever.GetAsync(_address, documents, cancellationToken).ConfigureAwait(false);
            var issuer = string.IsNullOrEmpty(options.Issuer) ? provider.Issuer : options.Issuer;
            if (string.IsNullOrEmpty(issuer) || provider.JsonWebKeySet is null)
                throw new KeySourceException("the provider names no issuer or no keys");
            var keys = SigningKeySet.Of(issuer, provider.JsonWebKeySet, options.MaxRememberedTokens);
            return keys.Count > 0 ? keys : throw new KeySourceException("the provider has no usable key");
        }
        catch (KeySourceException e)
        {
            throw new KeySourceException($"{_address}: {e.Message}", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The package throws anything for what a provider says that is no such document.
            throw new KeySourceException($"{_address}: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
