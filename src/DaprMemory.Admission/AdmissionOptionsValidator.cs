using DaprMemory.Hosting.Tls;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission;

/// <summary>Checks what the options' annotations can't say: that there is a certificate, and an API server to ask.</summary>
internal sealed class AdmissionOptionsValidator(IConfiguration configuration) : IValidateOptions<AdmissionOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, AdmissionOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (string.IsNullOrEmpty(configuration[$"{TlsOptions.SectionName}:{nameof(TlsOptions.CertificatePath)}"]))
            errors.AddError("Tls:CertificatePath is empty: the API server calls by https");
        var host = configuration["KUBERNETES_SERVICE_HOST"];
        if (string.IsNullOrEmpty(options.ApiServer) && string.IsNullOrEmpty(host))
            errors.AddError("Admission:ApiServer is empty, and this is no pod: there is nobody to ask for namespaces' labels");
        if (!string.IsNullOrEmpty(options.ApiServer) && !(Uri.TryCreate(options.ApiServer, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
            errors.AddError($"Admission:ApiServer '{options.ApiServer}' is not an https URL");
        return errors.Build();
    }
}
