using System.ComponentModel.DataAnnotations;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>Checks the quotas of single tenants, whose names the annotations don't see.</summary>
internal sealed class QuotaOptionsValidator : IValidateOptions<QuotaOptions>
{
    public ValidateOptionsResult Validate(string? name, QuotaOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        foreach (var (tenant, quota) in options.Tenants)
        {
            if (Names.CheckTenant(tenant) is { } rule)
                errors.AddError($"Quotas:Tenants: '{tenant}': {rule}");
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(quota, new ValidationContext(quota), results, validateAllProperties: true);
            foreach (var result in results)
                errors.AddError($"Quotas:Tenants:{tenant}: {result.ErrorMessage}");
        }
        return errors.Build();
    }
}
