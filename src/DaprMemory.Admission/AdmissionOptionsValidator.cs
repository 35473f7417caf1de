using Microsoft.Extensions.Options;

namespace DaprMemory.Admission;

/// <summary>Checks what the options' annotations can't say: that the files are there, and that there is an API server to ask.</summary>
internal sealed class AdmissionOptionsValidator(IConfiguration configuration) : IValidateOptions<AdmissionOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, AdmissionOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        foreach (var path in (string[])[options.CertificatePath, options.KeyPath])
        {
            if (path.Length > 0 && !File.Exists(path))
                errors.AddError($"Admission: there is no file '{path}'");
        }
        var host = configuration["KUBERNETES_SERVICE_HOST"];
        if (string.IsNullOrEmpty(options.ApiServer) && string.IsNullOrEmpty(host))
            errors.AddError("Admission:ApiServer is empty, and this is no pod: there is nobody to ask for namespaces' labels");
        if (!string.IsNullOrEmpty(options.ApiServer) && !(Uri.TryCreate(options.ApiServer, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
            errors.AddError($"Admission:ApiServer '{options.ApiServer}' is not an https URL");
        return errors.Build();
    }
}
