using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Hosting.Identity;

/// <summary>Keys in a file. Its content is read each time: what a mounted secret's links and times say of changes differs between systems.</summary>
internal sealed class JwksFileSource(IdentityOptions options) : IKeySource
{
    // One who must be the issuer can write megabytes there, but not by accident.
    const int MaxBytes = 1024 * 1024;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public bool MayBeLate => false;

    public async Task<SigningKeySet> ReadAsync(CancellationToken cancellationToken)
    {
        var path = options.JwksFile!;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new KeySourceException($"{path} is longer than {MaxBytes} bytes");
            var text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            // An empty list is an answer: every key is withdrawn. Anything else that has no keys is none.
            using (var json = JsonDocument.Parse(text))
            {
                if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
                    throw new KeySourceException("not a JWKS, which has a list of keys");
            }
            return SigningKeySet.Of(options.Issuer!, new JsonWebKeySet(text), options.MaxRememberedTokens);
        }
        catch (KeySourceException e)
        {
            throw new KeySourceException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Not to be read, not JSON, or whatever the package throws for members that are of another kind.
            throw new KeySourceException($"{path}: {e.Message}", e);
        }
    }
}
