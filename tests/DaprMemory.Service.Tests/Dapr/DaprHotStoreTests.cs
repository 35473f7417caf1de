using System.Collections.Concurrent;
using System.Text;
using Dapr.Client;
using DaprMemory.Service.Dapr;
using DaprMemory.Service.Tests.Events;
using DaprMemory.Service.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Dapr;

public sealed class DaprHotStoreTests : IAsyncLifetime
{
    readonly ManualTime _time = new();
    readonly LogList _log = new();
    readonly ConcurrentQueue<string> _requests = new();
    Func<HttpContext, Task> _answer = context => Answer(context, 204);
    WebApplication _sidecar = null!;
    DaprHotStore _store = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _sidecar = builder.Build();
        _sidecar.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _requests.Enqueue($"{context.Request.Method} {context.Request.Path} {await reader.ReadToEndAsync()}".TrimEnd());
            await _answer(context);
        });
        await _sidecar.StartAsync();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log.Provider));
        _store = new DaprHotStore(
            new DaprClientBuilder().UseHttpEndpoint(_sidecar.Urls.Single()).Build(), "hot", _time, loggers.CreateLogger<DaprHotStore>());
    }

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task A_text_is_kept_as_one_string_for_as_long_as_it_says_whatever_was_there_before()
    {
        (await SetAsync("1.0 {\"n\":\r\n9007199254740993}")).ShouldBeTrue();
        _requests.ShouldHaveSingleItem().ShouldBe(
            """POST /v1.0/state/hot [{"key":"k","value":"1.0 {\"n\":\u000d\u000a9007199254740993}","metadata":{"ttlInSeconds":"90"}}]""");
    }

    [Fact]
    public async Task A_text_comes_back_byte_for_byte_and_what_is_absent_is_absent()
    {
        (await GetAsync()).ShouldBeNull();
        _answer = context => Answer(context, 200, "\"1.0 {\\\"n\\\":\\u000d\\n\\ud83e\\uddc0}\"");
        (await GetAsync()).ShouldBe("1.0 {\"n\":\r\n🧀}");
        _answer = context => Answer(context, 200, "{\"somebody\":\"else's\"}");
        (await GetAsync()).ShouldBe("{\"somebody\":\"else's\"}", "what it is, its reader finds out by the mark that it lacks");
        _log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task After_a_failure_nothing_is_asked_for_a_second_and_then_one_question(int status)
    {
        _answer = context => Answer(context, status);
        (await GetAsync()).ShouldBeNull();
        for (var i = 0; i < 100; i++)
        {
            (await GetAsync()).ShouldBeNull();
            (await SetAsync("x")).ShouldBeFalse();
        }
        _requests.Count.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        var release = new TaskCompletionSource();
        _answer = async context =>
        {
            await release.Task;
            await Answer(context, 200, "\"x\"");
        };
        var asked = GetAsync();
        (await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => GetAsync()))).ShouldAllBe(text => text == null);
        release.SetResult();
        (await asked).ShouldBe("x");
        _requests.Count.ShouldBe(2);

        (await GetAsync()).ShouldBe("x");
        _log.Lines.ShouldBe(["HotStoreFailing: The hot store hot fails; reads go on without it", "HotStoreRecovered: The hot store hot works again"]);
    }

    [Fact]
    public async Task A_store_that_hangs_is_waited_for_a_quarter_of_a_second()
    {
        var arrived = new TaskCompletionSource();
        _answer = context =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var asked = GetAsync();
        await arrived.Task;
        _time.Advance(TimeSpan.FromMilliseconds(249));
        asked.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await asked.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeNull();
        (await GetAsync()).ShouldBeNull();
        _requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_who_gives_up_says_nothing_about_the_store()
    {
        using var given = new CancellationTokenSource();
        _answer = context =>
        {
            given.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await Should.ThrowAsync<OperationCanceledException>(() => _store.TryGetAsync("k", given.Token));
        _answer = context => Answer(context, 200, "\"x\"");
        (await GetAsync()).ShouldBe("x");
        _log.Lines.ShouldBeEmpty();
    }

    async Task<string?> GetAsync() => await _store.TryGetAsync("k", CancellationToken.None) is { } text ? Encoding.UTF8.GetString(text.Span) : null;

    Task<bool> SetAsync(string text) => _store.TrySetAsync("k", Encoding.UTF8.GetBytes(text), TimeSpan.FromSeconds(90.9), CancellationToken.None);

    static Task Answer(HttpContext context, int status, string? body = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return body is null ? Task.CompletedTask : context.Response.WriteAsync(body);
    }
}
