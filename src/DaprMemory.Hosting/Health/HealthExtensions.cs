using System.Buffers;
using System.Text.Json;
using DaprMemory.Hosting.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprMemory.Hosting.Health;

/// <summary>The health pages: whether the process serves, and whether it should be sent work.</summary>
internal static class HealthExtensions
{
    public static IServiceCollection AddMemoryHealth(this IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHealthChecks().AddCheck<Drain>("lifetime");
        return services;
    }

    public static void MapMemoryHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", AnswerLiveAsync).WithAccess(EndpointAccess.Open);
        endpoints.MapGet("/healthz", AnswerLiveAsync).WithAccess(EndpointAccess.Open);
        endpoints.MapGet("/health/ready", AnswerReadyAsync).WithAccess(EndpointAccess.Open);
    }

    static Task AnswerLiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, []);

    static async Task AnswerReadyAsync(HttpContext context)
    {
        var report = await context.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(context.RequestAborted);
        string[] reasons = report.Status == HealthStatus.Healthy
            ? []
            : [.. from entry in report.Entries
                  where entry.Value.Status != HealthStatus.Healthy
                  select $"{entry.Key}: {entry.Value.Description ?? "failed"}"];
        await WriteAsync(
            context,
            report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
            reasons);
    }

    static Task WriteAsync(HttpContext context, int status, string[] reasons)
    {
        var body = new ArrayBufferWriter<byte>(64);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("status", status == StatusCodes.Status200OK ? "ok" : "unavailable");
        if (reasons.Length > 0)
        {
            json.WriteStartArray("reasons");
            foreach (var reason in reasons)
                json.WriteStringValue(reason);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.Flush();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
