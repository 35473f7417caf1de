using DaprMemory.Core.Audit;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Audit;

/// <summary>Signs what is committed, as the section <c>Audit</c> says: a log that is signed is signed by all who write to it.</summary>
public static class CommitSigning
{
    /// <summary>Adds the keys, without which the service does not start, unless it is to do without.</summary>
    public static IServiceCollection AddCommitSigning(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddSingleton<AuditKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditKeys>());
        return services;
    }

    /// <summary>Who signs commits; null: nobody.</summary>
    public static ICommitSigner? GetCommitSigner(this IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AuditOptions>>().Value.Signing == AuditSigning.Required ? provider.GetRequiredService<AuditKeys>() : null;
}
