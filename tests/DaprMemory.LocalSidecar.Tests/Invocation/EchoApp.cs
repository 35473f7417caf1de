using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.LocalSidecar.Tests.Invocation;

/// <summary>An app that tells what reached it, and streams when asked to.</summary>
internal sealed class EchoApp : IAsyncDisposable
{
    readonly WebApplication _app;

    EchoApp(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Lets <c>/stream</c> and <c>/torn</c> go on.</summary>
    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<EchoApp> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var echo = new EchoApp(builder.Build());
        echo._app.Run(echo.AnswerAsync);
        await echo._app.StartAsync();
        return echo;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        switch (target)
        {
            case "/teapot":
                context.Response.StatusCode = 418;
                context.Response.Headers["X-App"] = "yes";
                context.Response.Headers.Append("Set-Cookie", "a=1");
                context.Response.Headers.Append("Set-Cookie", "b=2");
                await context.Response.WriteAsync("{\"teapot\":true}");
                return;
            case "/empty":
                context.Response.StatusCode = 204;
                return;
            case "/stream":
                await context.Response.WriteAsync("first\n");
                await context.Response.Body.FlushAsync();
                await GoOn.Task;
                await context.Response.WriteAsync("second\n");
                return;
            case "/torn":
                await context.Response.WriteAsync("first\n");
                await context.Response.Body.FlushAsync();
                await GoOn.Task;
                context.Abort();
                return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var told = new
        {
            context.Request.Method,
            Target = target,
            Headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            Body = await reader.ReadToEndAsync(),
        };
        await context.Response.WriteAsync(JsonSerializer.Serialize(told));
    }
}

/// <summary>What <see cref="EchoApp"/> tells.</summary>
internal sealed record Echo(string Method, string Target, Dictionary<string, string> Headers, string Body);
