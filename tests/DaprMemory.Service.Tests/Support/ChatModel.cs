using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Support;

/// <summary>A server with the API of a language model, and always the same thing to say.</summary>
internal sealed class ChatModel : IAsyncDisposable
{
    readonly WebApplication _app;

    ChatModel(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentQueue<(string Path, string Authorization, JsonElement Body)> Requests { get; } = new();

    public static async Task<ChatModel> StartAsync(int status = 200)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var model = new ChatModel(app);
        app.Run(async context =>
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            model.Requests.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString(), body.RootElement));
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"id":"x","model":"tiny","choices":[{"index":0,"message":{"role":"assistant","content":" The 12 boxes: what the model wrote. "},"finish_reason":"stop"}],"usage":{}}""");
        });
        await app.StartAsync();
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
