using DaprMemory.Core.Audit;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Audit;

/// <summary>What the audit needs of the container.</summary>
internal static class AuditServices
{
    /// <summary>Adds it. It stops before the spaces do, which take what it has left to write.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddSingleton<AuditKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditKeys>());
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ReadAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadAudit>());
    }

    /// <summary>Who signs commits; null: nobody.</summary>
    public static ICommitSigner? GetCommitSigner(this IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AuditOptions>>().Value.Signing == AuditSigning.Required ? provider.GetRequiredService<AuditKeys>() : null;
}
