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
            return SigningKeySet.Of(
                options.Issuer!, new JsonWebKeySet(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)), options.MaxRememberedTokens);
        }
        catch (KeySourceException e)
        {
            throw new KeySourceException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KeySourceException($"{path}: {e.Message}", e);
        }
    }
}
