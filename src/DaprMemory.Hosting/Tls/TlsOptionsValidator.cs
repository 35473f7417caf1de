using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>Checks what the options' annotations can't say: that files are there, and that what is demanded of clients can be checked.</summary>
internal sealed class TlsOptionsValidator : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.HasCertificate && string.IsNullOrEmpty(options.KeyPath))
            errors.AddError("Tls:CertificatePath needs Tls:KeyPath, its private key");
        if (!options.HasCertificate && !string.IsNullOrEmpty(options.KeyPath))
            errors.AddError("Tls:KeyPath needs Tls:CertificatePath, whose key it is");
        foreach (var path in (string?[])[options.CertificatePath, options.KeyPath, options.AuthorityPath])
        {
            if (!string.IsNullOrEmpty(path) && !File.Exists(path))
                errors.AddError($"Tls: there is no file '{path}'");
        }
        if (options.RequireClientCertificate && (!options.HasCertificate || string.IsNullOrEmpty(options.AuthorityPath)))
            errors.AddError("Tls:RequireClientCertificate needs Tls:CertificatePath, and Tls:AuthorityPath to judge clients by");
        if (options.RequireClientCertificate && options.ClientNames.Count == 0)
            errors.AddError("Tls:RequireClientCertificate needs Tls:ClientNames, such as Tls:ClientNames:0=memory-router: else all that the authority ever signed may call");
        foreach (var client in options.ClientNames.Where(client => Uri.CheckHostName(client) != UriHostNameType.Dns))
            errors.AddError($"Tls:ClientNames: '{client}' is not a DNS name");
        return errors.Build();
    }
}
