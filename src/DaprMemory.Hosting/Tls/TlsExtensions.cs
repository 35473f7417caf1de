using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>Certificates of services, shown and asked for.</summary>
internal static class TlsExtensions
{
    public static void AddMemoryTls(this IServiceCollection services)
    {
        services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>();
        services.AddSingleton<TlsFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<TlsFiles>());
        services.AddSingleton<TlsRefusals>();
        services.AddSingleton<TlsServer>();
        services.AddSingleton(provider => new TlsClient(
            provider.GetRequiredService<IOptions<TlsOptions>>(), provider.GetRequiredService<TlsFiles>(), provider.GetRequiredService<TlsRefusals>()));
    }

    /// <summary>Refuses calls that should have come over TLS, where there is a certificate for it. It comes behind routing.</summary>
    public static void UseTransportRule(this WebApplication app) =>
        // Decided as the pipeline is built: by then all options have been checked.
        app.Use(next => app.Services.GetRequiredService<IOptions<TlsOptions>>() is var options && options.Value.HasCertificate
            ? new TransportMiddleware(next, options).InvokeAsync
            : next);
}
