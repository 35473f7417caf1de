using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Audit;

/// <summary>Checks that there is a place to have keys from, and only one.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    const string NoKeys =
        "Audit: commits could not be signed. Set Audit:KeyFile (PEM), or Audit:SecretStore and Audit:SecretName; to do without signatures, set Audit:Signing=Off.";

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        var (hasFile, hasStore) = (!string.IsNullOrEmpty(options.KeyFile), !string.IsNullOrEmpty(options.SecretStore));
        if (!Enum.IsDefined(options.Signing))
            errors.AddError("Audit:Signing is Required or Off");
        if (options.Signing == AuditSigning.Required && !hasFile && !hasStore)
            errors.AddError(NoKeys);
        if (hasFile && hasStore)
            errors.AddError("Audit: KeyFile and SecretStore exclude each other");
        if (hasStore && string.IsNullOrEmpty(options.SecretName))
            errors.AddError("Audit:SecretStore needs Audit:SecretName");
        return errors.Build();
    }
}
