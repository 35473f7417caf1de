using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Router.Ring;

namespace DaprMemory.Router.Tests.Hosts;

/// <summary>The router under test on a port of its own. Unless a test sets an interval, it probes each shard only once, at start.</summary>
sealed class TestRouter : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly TestSettings _settings;

    TestRouter(WebApplication app, TestSettings settings)
    {
        _app = app;
        _settings = settings;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public static Task<TestRouter> StartAsync(params TestShard[] shards) => StartAsync(Direct(shards));

    public static async Task<TestRouter> StartAsync(Dictionary<string, string?> settings, TimeProvider? time = null)
    {
        var source = new TestSettings(settings);
        var app = Build(source, time);
        await app.StartAsync();
        return new TestRouter(app, source);
    }

    public static WebApplication Build(TestSettings settings, TimeProvider? time = null) => RouterApp.Build([], builder =>
    {
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Identity:Mode", "Insecure")]);
        builder.Configuration.Sources.Add(settings);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
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

    public void Change(Dictionary<string, string?> settings) => _settings.Replace(settings);

    public async Task<JsonElement> ShardPageAsync(string id)
    {
        var page = await Client.GetFromJsonAsync<JsonElement>("/cluster");
        return page.GetProperty("shards").EnumerateArray().FirstOrDefault(shard => shard.GetProperty("id").GetString() == id);
    }

    /// <summary>Asks until the page says of a shard what it should.</summary>
    public Task UntilAsync(string id, string property, string value) =>
        UntilAsync(id, page => page.ValueKind == JsonValueKind.Object && page.GetProperty(property).GetString() == value);

    /// <summary>Asks until the page no longer shows a shard.</summary>
    public Task UntilGoneAsync(string id) => UntilAsync(id, page => page.ValueKind == JsonValueKind.Undefined);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    async Task UntilAsync(string id, Func<JsonElement, bool> isReached)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isReached(await ShardPageAsync(id)))
            await turn.WaitForNextTickAsync(deadline.Token);
    }
}
