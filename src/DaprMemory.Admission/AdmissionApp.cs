using DaprMemory.Admission.Namespaces;
using DaprMemory.Admission.Reviews;
using DaprMemory.Admission.Rules;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission;

/// <summary>The admission webhook as an application.</summary>
public static class AdmissionApp
{
    /// <summary>Builds the webhook.</summary>
    /// <param name="args">Command line: configuration, such as <c>--urls https://*:8443</c>.</param>
    /// <param name="configure">Adds to the builder before it builds, such as configuration in memory; services that are there are kept.</param>
    /// <exception cref="OptionsValidationException">The configuration breaks rules; the message names all of them.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        // Its answers tell no more than the question did, so nobody is asked who it is; and no page but the health pages and metrics is there.
        builder.Configuration.AddInMemoryCollection([new($"{IdentityOptions.SectionName}:{nameof(IdentityOptions.Mode)}", nameof(IdentityMode.Insecure))]);
        builder.AddMemoryHosting("memory-admission");
        builder.Logging.AddFilter(typeof(IdentityMode).Namespace, LogLevel.Error);
        builder.Services.AddAdmission();

        var app = builder.Build();
        app.UseMemoryHosting();
        app.MapPost("/validate", app.Services.GetRequiredService<ReviewEndpoint>().InvokeAsync).WithAccess(EndpointAccess.Open);
        return app;
    }

    static void AddAdmission(this IServiceCollection services)
    {
        services.AddOptions<AdmissionOptions>().BindConfiguration(AdmissionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AdmissionOptions>, AdmissionOptionsValidator>();
        services.TryAddSingleton<INamespaceTenants, ApiServerNamespaces>();
        services.AddSingleton<IAdmissionRule, PodRule>();
        services.AddSingleton<IAdmissionRule, ComponentRule>();
        services.AddSingleton<IAdmissionRule, ConfigurationRule>();
        services.AddSingleton<IAdmissionRule, NamespaceRule>();
        services.AddSingleton<ReviewEndpoint>();
    }
}
