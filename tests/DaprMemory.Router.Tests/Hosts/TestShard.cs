using System.Collections.Concurrent;
using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Router.Tests.Hosts;

/// <summary>A real server that stands for a shard, or for a sidecar, and does with requests what a test says.</summary>
sealed class TestShard : IAsyncDisposable
{
    WebApplication? _app;

    TestShard(string id, bool isNamed)
    {
        Id = id;
        IsNamed = isNamed;
        Answer = context => context.Response.WriteAsync(id);
    }

    public string Id { get; }

    public string Address { get; private set; } = "http://127.0.0.1:0";

    /// <summary>Whether answers carry <c>Memory-Shard</c>.</summary>
    public bool IsNamed { get; }

    public bool IsReady { get; set; } = true;

    public Func<HttpContext, Task> Answer { get; set; }

    public ConcurrentQueue<Seen> Requests { get; } = [];

    public ConcurrentQueue<Seen> Probes { get; } = [];

    public static async Task<TestShard> StartAsync(string id, bool isNamed = true)
    {
        var shard = new TestShard(id, isNamed);
        await shard.StartAsync();
        return shard;
    }

    /// <summary>Starts, again at the old address if it has run before.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        Address = _app.Urls.Single();
    }

    /// <summary>Answers after so long, on a clock that does not wait.</summary>
    public void Take(TimeSpan latency, ManualTime time) => Answer = context =>
    {
        time.Advance(latency);
        return context.Response.WriteAsync(Id);
    };

    /// <summary>Answers that the store can't be reached.</summary>
    public void LoseStore(string? outcome) =>
        Answer = context => ProblemWriter.WriteAsync(context, Problem.Unavailable($"of {Id}", outcome));

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            using var now = new CancellationTokenSource(0);
            await _app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _app.DisposeAsync();
        }
        _app = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Request.Body = new MemoryStream(body.ToArray());
        var seen = new Seen(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        var isProbe = context.Request.Path == "/health/ready";
        (isProbe ? Probes : Requests).Enqueue(seen);
        if (IsNamed)
            context.Response.Headers["Memory-Shard"] = Id;
        if (isProbe && IsNamed)
            context.Response.StatusCode = IsReady ? 200 : 503;
        else
            await Answer(context);
    }
}
