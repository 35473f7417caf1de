using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>Quotas of tenants.</summary>
internal static class QuotaExtensions
{
    public static void AddMemoryQuotas(this IServiceCollection services)
    {
        services.AddOptions<QuotaOptions>().BindConfiguration(QuotaOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuotaOptions>, QuotaOptionsValidator>();
        services.AddSingleton<TenantQuotas>();
        services.AddSingleton<TenantLimiters>();
        services.AddSingleton<RouterOrigin>();
    }

    /// <summary>Charges requests to tenants, where any is limited. It comes behind the check of callers.</summary>
    public static void UseQuotas(this WebApplication app, bool isBehindRouter) =>
        // Decided as the pipeline is built: by then all options have been checked.
        app.Use(next => app.Services.GetRequiredService<TenantQuotas>().AreOnRequests
            ? ActivatorUtilities.CreateInstance<QuotaMiddleware>(app.Services, next, isBehindRouter).InvokeAsync
            : next);
}
