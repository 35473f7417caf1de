using DaprMemory.Cli.Identity;
using DaprMemory.Hosting.Identity;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Cli.Up;

/// <summary>What an application needs to be one of several in this process.</summary>
internal static class EmbeddedHostExtensions
{
    /// <summary>Listens on loopback only, says little, and leaves Ctrl+C to the process.</summary>
    public static void UseQuietLoopback(this WebApplicationBuilder builder, int port)
    {
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // What a host logs when it fails to start, its exception says too.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
    }

    /// <summary>Takes the tokens of an issuer; null: asks nobody who it is.</summary>
    public static void UseIssuer(this WebApplicationBuilder builder, DevelopmentIssuer? issuer)
    {
        builder.Configuration.AddInMemoryCollection(
            issuer?.Settings ?? [new($"{IdentityOptions.SectionName}:{nameof(IdentityOptions.Mode)}", nameof(IdentityMode.Insecure))]);
        // Whoever chose that has been told once, by the command.
        builder.Logging.AddFilter(typeof(IdentityMode).Namespace, LogLevel.Error);
    }

    /// <summary>The one address that a started application listens on.</summary>
    public static Uri ListensOn(this WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
