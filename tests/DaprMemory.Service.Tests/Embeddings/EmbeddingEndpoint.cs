using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Embeddings;

/// <summary>A server that speaks OpenAI's embeddings: text <c>n</c> gets the vector (n, 1, 0); the first answers can be others.</summary>
internal sealed class EmbeddingEndpoint : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    EmbeddingEndpoint(WebApplication app) => _app = app;

    /// <summary>The bodies of the requests.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>Their keys.</summary>
    public ConcurrentQueue<string> Keys { get; } = new();

    public Uri Address => new($"{_app.Urls.Single()}/v1");

    public static async Task<EmbeddingEndpoint> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var endpoint = new EmbeddingEndpoint(builder.Build());
        foreach (var answer in answers)
            endpoint._answers.Enqueue(answer);
        endpoint._app.MapPost("/v1/embeddings", endpoint.AnswerAsync);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public static Func<HttpContext, Task> Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync("""{"error":{"message":"no"}}""");
    };

    public static Func<HttpContext, Task> Text(string json) => context => context.Response.WriteAsync(json);

    public OpenAiEmbeddingGenerator NewGenerator(ModelEndpointOptions? options = null, TimeProvider? time = null, int batchSize = 4, bool shortens = false) => new(
        new ModelEndpoint(_http, (options ?? new ModelEndpointOptions()) with { Address = Address, Model = "tiny" }, time ?? new PauseTime()), 3, shortens, batchSize);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        Requests.Enqueue(body);
        Keys.Enqueue(context.Request.Headers.Authorization.ToString());
        if (_answers.TryDequeue(out var answer))
        {
            await answer(context);
            return;
        }
        // Backwards: the order of an answer is nothing to rely on.
        var items = body.GetProperty("input").EnumerateArray().Select((text, i) => $$"""{"object":"embedding","index":{{i}},"embedding":[{{text.GetString()}},1,0]}""").Reverse();
        await context.Response.WriteAsync($$"""{"object":"list","data":[{{string.Join(',', items)}}],"usage":{"total_tokens":1} }""");
    }
}
