namespace DaprMemory.Cli.Up;

/// <summary>What an application needs to be one of several in this process.</summary>
internal static class EmbeddedHostExtensions
{
    /// <summary>Listens on loopback only, says little, and leaves Ctrl+C to the process.</summary>
    public static void UseQuietLoopback(this WebApplicationBuilder builder, int port)
    {
        // Variables such as ASPNETCORE_URLS or DAPR_HTTP_PORT are meant for services that run by themselves.
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
    }

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
