using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>
/// Exports this process' spans while at least one of its services runs. Activity sources are heard process-wide, so a provider for each
/// service would export every span once a service; they share one, named after the first unless <c>OTEL_SERVICE_NAME</c> says otherwise.
/// </summary>
internal sealed class TraceExport(IConfiguration configuration, string serviceName) : IHostedService, IDisposable
{
    static readonly Lock Gate = new();
    static TracerProvider? _provider;
    static int _users;

    bool _isUser;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (_users++ == 0)
                _provider = Build();
            _isUser = true;
        }
        return Task.CompletedTask;
    }

    // The last spans are those of the requests that the shutdown waits for: export ends with the container, after the server.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        TracerProvider? unused = null;
        lock (Gate)
        {
            if (_isUser && --_users == 0)
                (unused, _provider) = (_provider, null);
            _isUser = false;
        }
        unused?.Dispose();
    }

    TracerProvider Build() =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(serviceName).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy", "DaprMemory.*")
            .AddOtlpExporter()
            .Build();
}
