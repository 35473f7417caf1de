using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

/// <summary>An app with subscriptions, on a port that stays its own while it is down.</summary>
internal sealed class EventApp : IAsyncDisposable
{
    readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    WebApplication? _server;
    int _port;

    /// <summary>What it answers to <c>GET /dapr/subscribe</c>; null: 404.</summary>
    public string? Subscriptions { get; set; }

    /// <summary>How it answers an event. By default with 200 and nothing.</summary>
    public Func<Received, Task<Reply>> Handle { get; set; } = _ => Task.FromResult(new Reply());

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>The headers of each time that it was asked for its subscriptions.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Asked { get; } = new();

    public static async Task<EventApp> StartAsync(string? subscriptions)
    {
        var app = new EventApp { Subscriptions = subscriptions };
        await app.StartAsync();
        return app;
    }

    /// <summary>A subscription of <c>events</c>.</summary>
    public static string To(string topic, string route, string more = "") =>
        $$"""{"pubsubname":"events","topic":"{{topic}}","route":"{{route}}"{{(more.Length > 0 ? "," + more : "")}}}""";

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

    /// <summary>The next event that came, whenever it came.</summary>
    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<List<Received>> NextAsync(int count)
    {
        var events = new List<Received>();
        while (events.Count < count)
            events.Add(await NextAsync());
        return events;
    }

    /// <summary>Whether nothing has come that was not taken.</summary>
    public bool IsIdle => _received.Reader.Count == 0;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await StopAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        if (context.Request.Path == "/dapr/subscribe")
        {
            Asked.Enqueue(headers);
            context.Response.StatusCode = Subscriptions is null ? (int)HttpStatusCode.NotFound : (int)HttpStatusCode.OK;
            await context.Response.WriteAsync(Subscriptions ?? "");
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var received = new Received(context.Request.Path.Value!, headers, await reader.ReadToEndAsync());
        _received.Writer.TryWrite(received);
        var reply = await Handle(received);
        context.Response.StatusCode = reply.Status;
        await context.Response.WriteAsync(reply.Body);
    }
}

/// <summary>An event as it reached an app.</summary>
internal sealed record Received(string Path, Dictionary<string, string> Headers, string Body)
{
    public System.Text.Json.JsonElement Event => System.Text.Json.JsonDocument.Parse(Body).RootElement;

    /// <summary>The event's data, a text in most tests.</summary>
    public string Data => Event.GetProperty("data").ToString();
}

/// <summary>An app's answer to an event.</summary>
internal sealed record Reply(int Status = 200, string Body = "");
