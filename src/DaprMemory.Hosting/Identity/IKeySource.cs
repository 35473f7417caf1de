namespace DaprMemory.Hosting.Identity;

/// <summary>Where the issuer's keys come from.</summary>
internal interface IKeySource
{
    /// <summary>How often they are read again.</summary>
    TimeSpan Interval { get; }

    /// <summary>Whether a service can start before they can be had.</summary>
    bool MayBeLate { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="KeySourceException">They can't be had now, or make no sense.</exception>
    Task<SigningKeySet> ReadAsync(CancellationToken cancellationToken);
}
