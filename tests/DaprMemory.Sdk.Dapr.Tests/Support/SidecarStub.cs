using System.Collections.Concurrent;
using System.Text;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Sdk.Dapr.Tests.Support;

/// <summary>A real HTTP server that records each request and answers as a test says.</summary>
public sealed class SidecarStub : IAsyncDisposable
{
    readonly WebApplication _app;

    SidecarStub(WebApplication app) => _app = app;

    /// <summary>A request as it came over the wire.</summary>
    public sealed record Recorded(string Method, string Target, string Body, Dictionary<string, string> Headers, string Connection);

    public ConcurrentQueue<Recorded> Requests { get; } = new();

    public Recorded Only => Requests.ShouldHaveSingleItem();

    public string Address { get; private set; } = "";

    public Func<HttpContext, Recorded, Task> Answer { get; set; } = (context, _) => AnswerWith(context, 204);

    public static async Task<SidecarStub> StartAsync(Func<HttpContext, Recorded, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();
        var stub = new SidecarStub(app);
        if (answer is not null)
            stub.Answer = answer;
        app.Run(stub.HandleAsync);
        await app.StartAsync();
        stub.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return stub;
    }

    /// <summary>Starts a stub that always gives the same answer.</summary>
    public static Task<SidecarStub> StartAsync(int status, string? body = null, string? etag = null, string contentType = "application/json") =>
        StartAsync((context, _) => AnswerWith(context, status, body, etag, contentType));

    public static async Task AnswerWith(HttpContext context, int status, string? body = null, string? etag = null, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        if (etag is not null)
            context.Response.Headers["Etag"] = etag;
        if (body is null)
            return;
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Sends more of a body that has been begun.</summary>
    public static Task AnswerWithMore(HttpContext context, string body) => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();

    public DaprClient Client(Func<DaprClientBuilder, DaprClientBuilder>? configure = null)
    {
        var builder = new DaprClientBuilder().UseHttpEndpoint(Address);
        return (configure?.Invoke(builder) ?? builder).Build();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new Recorded(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Connection.Id);
        Requests.Enqueue(request);
        await Answer(context, request);
    }
}
