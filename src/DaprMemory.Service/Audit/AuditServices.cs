using DaprMemory.Core.Audit;

namespace DaprMemory.Service.Audit;

/// <summary>What the audit needs of the container.</summary>
internal static class AuditServices
{
    /// <summary>Adds it. It stops before the spaces do, which take what it has left to write.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddCommitSigning();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ReadAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadAudit>());
    }
}
