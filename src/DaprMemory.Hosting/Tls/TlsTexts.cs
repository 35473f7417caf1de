namespace DaprMemory.Hosting.Tls;

/// <summary>The files' content; null for those that are not configured.</summary>
/// <param name="Certificate">The certificate and those that lead to its authority.</param>
/// <param name="Key">Its private key.</param>
/// <param name="Authorities">Whom others' certificates must lead to.</param>
internal sealed record TlsTexts(string? Certificate, string? Key, string? Authorities)
{
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static TlsTexts Read(TlsOptions options) => new(Read(options.CertificatePath), Read(options.KeyPath), Read(options.AuthorityPath));

    static string? Read(string? path) => string.IsNullOrEmpty(path) ? null : File.ReadAllText(path);

    // A record's own would show the key to whoever logs it.
    public override string ToString() => nameof(TlsTexts);
}
