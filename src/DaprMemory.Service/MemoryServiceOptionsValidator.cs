using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Models;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Sessions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service;

/// <summary>Checks the names in tenants' policies: one that no tenant or tag can have would never apply.</summary>
internal sealed class MemoryServiceOptionsValidator(IServiceProviderIsService services) : IValidateOptions<MemoryServiceOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MemoryServiceOptions options)
    {
        var errors = new List<string>();
        foreach (var (tenant, policy) in options.Policies)
        {
            var where = $"{nameof(MemoryServiceOptions.Policies)}:{tenant}";
            if (Names.CheckTenant(tenant) is { } tenantRule)
                errors.Add($"{where}: {tenantRule}");
            if (policy.SessionRetention?.TotalSeconds is < SessionsOptions.MinRetentionSeconds or > SessionsOptions.MaxRetentionSeconds)
                errors.Add($"{where}:{nameof(TenantPolicy.SessionRetention)}: a session is kept for a minute to ten years");
            if (!NearDuplicatePolicy.All.Contains(policy.NearDuplicates))
                errors.Add($"{where}:{nameof(TenantPolicy.NearDuplicates)}: link, merge or off");
            if (policy.AuditReads is not (>= 0 and <= 1))
                errors.Add($"{where}:{nameof(TenantPolicy.AuditReads)}: a share is from 0 to 1");
            if (policy.Remember is { } remember && RememberRules.Check(remember) is { } rememberRule)
                errors.Add($"{where}:{nameof(TenantPolicy.Remember)}: {rememberRule}");
            if (policy.Remember is { Extract: true } && !services.IsService(typeof(IChatClient)))
                errors.Add($"{where}:{nameof(TenantPolicy.Remember)}:{nameof(RememberPolicy.Extract)}: needs a model, {ChatModelOptions.SectionName}");
            foreach (var (tag, level) in policy.Tags)
            {
                if (RecordRules.CheckTags([tag]) is { } tagRule)
                    errors.Add($"{where}:{nameof(TenantPolicy.Tags)}:{tag}: {tagRule}");
                if (!Enum.IsDefined(level))
                    errors.Add($"{where}:{nameof(TenantPolicy.Tags)}:{tag}: a level is eventual, session, causal or strong");
            }
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
