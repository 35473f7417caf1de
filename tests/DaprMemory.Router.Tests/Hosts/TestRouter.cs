using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Router.Ring;

namespace DaprMemory.Router.Tests.Hosts;

/// <summary>The router under test on a port of its own. Unless a test sets an interval, it probes each shard only once, at start.</summary>
sealed class TestRouter : IAsyncDisposable
{
    readonly WebApplication _app;

    TestRouter(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public static Task<TestRouter> StartAsync(params TestShard[] shards) => StartAsync(Direct(shards));

    public static async Task<TestRouter> StartAsync(Dictionary<string, string?> settings)
    {
        var app = Build(settings);
        await app.StartAsync();
        return new TestRouter(app);
    }

    public static WebApplication Build(Dictionary<string, string?> settings) => RouterApp.Build([], builder =>
    {
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
    });

    /// <summary>The settings that reach shards at their own addresses.</summary>
    public static Dictionary<string, string?> Direct(params TestShard[] shards)
    {
        var settings = new Dictionary<string, string?> { ["Router:ProbeInterval"] = "01:00:00" };
        for (var i = 0; i < shards.Length; i++)
        {
            settings[$"Router:Shards:{i}:Id"] = shards[i].Id;
            settings[$"Router:Shards:{i}:Address"] = shards[i].Address;
        }
        return settings;
    }

    /// <summary>A space of tenant <c>acme</c> that lives on the first of these shards, with the second as its next.</summary>
    public static string SpaceOn(string owner, params string[] others)
    {
        string[] names = [owner, .. others];
        var ring = new HashRing(names);
        var order = new int[names.Length];
        for (var i = 0; ; i++)
        {
            ring.Walk(HashRing.Hash($"acme/s{i}"), order);
            if (order.Order().SequenceEqual(order))
                return $"s{i}";
        }
    }

    public void Change(Dictionary<string, string?> settings)
    {
        foreach (var (key, value) in settings)
            _app.Configuration[key] = value;
        ((IConfigurationRoot)_app.Configuration).Reload();
    }

    public async Task<JsonElement> ShardPageAsync(string id)
    {
        var page = await Client.GetFromJsonAsync<JsonElement>("/cluster");
        return page.GetProperty("shards").EnumerateArray().FirstOrDefault(shard => shard.GetProperty("id").GetString() == id);
    }

    /// <summary>Asks until the page says of a shard what it should.</summary>
    public async Task UntilAsync(string id, string property, string value)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await ShardPageAsync(id) is var page
            && (page.ValueKind == JsonValueKind.Undefined || page.GetProperty(property).GetString() != value))
            await turn.WaitForNextTickAsync(deadline.Token);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
