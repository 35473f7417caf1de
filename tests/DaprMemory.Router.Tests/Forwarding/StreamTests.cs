using System.Net;
using System.Threading.Channels;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class StreamTests : IAsyncLifetime
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    TestShard _shard = null!;
    TestRouter _router = null!;

    public async Task InitializeAsync()
    {
        _shard = await TestShard.StartAsync("memory-0");
        _shard.Answer = StreamAsync;
        _router = await TestRouter.StartAsync(_shard);
    }

    public async Task DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _router.DisposeAsync();
        await _shard.DisposeAsync();
    }

    [Fact]
    public async Task Event_stream_begins_before_its_first_event_and_passes_each_at_once()
    {
        using var response = await WatchAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            await _events.Writer.WriteAsync($"event-{i}");
            (await reader.ReadLineAsync().WaitAsync(Deadline)).ShouldBe($"data: event-{i}");
        }
        _events.Writer.Complete();
        (await reader.ReadLineAsync().WaitAsync(Deadline)).ShouldBeNull();
    }

    [Fact]
    public async Task Event_stream_outlives_the_attempts_timeout()
    {
        var settings = TestRouter.Direct(_shard);
        settings["Router:AttemptTimeout"] = "00:00:01";
        await using var router = await TestRouter.StartAsync(settings);
        using var response = await WatchAsync(router);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var reading = reader.ReadLineAsync();
        (await Task.WhenAny(reading, Task.Delay(1500))).ShouldNotBe(reading);
        await _events.Writer.WriteAsync("late");
        (await reading.WaitAsync(Deadline)).ShouldBe("data: late");
    }

    [Fact]
    public async Task Stopping_router_ends_event_streams()
    {
        using var response = await WatchAsync();
        var reading = response.Content.ReadAsStringAsync();
        await _router.StopAsync().WaitAsync(Deadline);
        await Should.ThrowAsync<HttpRequestException>(() => reading);
    }

    [Fact]
    public async Task Client_that_leaves_a_stream_frees_the_shard()
    {
        var isLeft = new TaskCompletionSource();
        _shard.Answer = async context =>
        {
            context.RequestAborted.UnsafeRegister(_ => isLeft.TrySetResult(), null);
            await StreamAsync(context);
        };
        using (var response = await WatchAsync())
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await isLeft.Task.WaitAsync(Deadline);
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unknown");
    }

    Task<HttpResponseMessage> WatchAsync() => WatchAsync(_router);

    static Task<HttpResponseMessage> WatchAsync(TestRouter router) =>
        router.Client.GetAsync("/v1/acme/s/watch?after=0", HttpCompletionOption.ResponseHeadersRead).WaitAsync(Deadline);

    async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        await foreach (var text in _events.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync($"data: {text}\n", context.RequestAborted);
            await context.Response.Body.FlushAsync();
        }
    }
}
