using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.LocalSidecar.Tests.Actors;

/// <summary>An app with actors, on a port that stays its own while it is down.</summary>
internal sealed class ActorApp : IAsyncDisposable
{
    readonly Channel<ActorCall> _calls = Channel.CreateUnbounded<ActorCall>();
    WebApplication? _server;
    int _port;

    /// <summary>What it answers to <c>GET /dapr/config</c>; null: 404.</summary>
    public string? Config { get; set; } = """{"entities":["Counter"]}""";

    /// <summary>How it answers a call. By default with 200 and what the recorder's app said.</summary>
    public Func<ActorCall, HttpContext, Task> Handle { get; set; } = (call, context) =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"app": "a", "actor": "{{call.Path}}"}""");
    };

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Every call that came, in order.</summary>
    public ConcurrentQueue<ActorCall> Calls { get; } = new();

    public static async Task<ActorApp> StartAsync(string? config = """{"entities":["Counter"]}""")
    {
        var app = new ActorApp { Config = config };
        await app.StartAsync();
        return app;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{_port}");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        _port = new Uri(_server.Urls.Single()).Port;
    }

    public async Task StopAsync()
    {
        await _server!.StopAsync();
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>The next call that came, whenever it came.</summary>
    public async Task<ActorCall> NextAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await StopAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/dapr/config")
        {
            context.Response.StatusCode = Config is null ? (int)HttpStatusCode.NotFound : (int)HttpStatusCode.OK;
            await context.Response.WriteAsync(Config ?? "");
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var call = new ActorCall(context.Request.Method, context.Request.Path.Value!, context.Request.Headers["dapr-api-token"].ToString(), await reader.ReadToEndAsync());
        Calls.Enqueue(call);
        _calls.Writer.TryWrite(call);
        await Handle(call, context);
    }
}

/// <summary>A call of an actor as it reached its app.</summary>
internal sealed record ActorCall(string Method, string Path, string Token, string Body);
