using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tests.Telemetry;

public sealed class TraceExportTests
{
    [Fact]
    public async Task Span_in_a_process_of_two_services_is_exported_once()
    {
        await using var collector = await Collector.StartAsync();
        using var source = new ActivitySource("DaprMemory.Test");
        var first = await TestService.StartAsync(configure: collector.Configure);
        var second = await TestService.StartAsync(configure: collector.Configure);

        source.StartActivity("once-only")!.Dispose();
        await first.DisposeAsync();
        source.HasListeners().ShouldBeTrue();
        source.StartActivity("after-the-first")!.Dispose();
        await second.DisposeAsync();

        source.HasListeners().ShouldBeFalse();
        collector.Count("once-only").ShouldBe(1);
        collector.Count("after-the-first").ShouldBe(1);
        collector.Count("name-by-configuration").ShouldBeGreaterThan(0);
        collector.Paths.Distinct().ShouldBe(["/v1/traces"]);
    }

    [Fact]
    public async Task Service_without_a_collector_listens_to_no_source()
    {
        using var source = new ActivitySource("DaprMemory.Unheard");
        await using var service = await TestService.StartAsync();

        source.HasListeners().ShouldBeFalse();
    }

    /// <summary>An OTLP collector that keeps what it gets.</summary>
    sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        readonly List<(string Path, string Body)> _requests = [];

        public IEnumerable<string> Paths => _requests.Select(request => request.Path);

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var collector = new Collector(app);
            app.MapPost("/{**path}", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
                var body = await reader.ReadToEndAsync();
                lock (collector._requests)
                    collector._requests.Add((context.Request.Path, body));
            });
            await app.StartAsync();
            return collector;
        }

        public void Configure(WebApplicationBuilder builder)
        {
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single();
            builder.Configuration["OTEL_SERVICE_NAME"] = "name-by-configuration";
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        public int Count(string text) => _requests.Sum(request => request.Body.Split(text).Length - 1);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
