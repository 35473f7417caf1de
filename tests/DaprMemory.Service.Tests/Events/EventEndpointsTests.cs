using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Events;

public sealed class EventEndpointsTests
{
    // As daprd 1.18 delivers it: the members sorted, its own among them.
    const string Envelope =
        """
        {"data":{"commit":"{\"v\":1,\"n\":7,\"value\":1.0}","n":7,"space":"agent-1","tenant":"acme"},"datacontenttype":"application/json","id":"acme/agent-1/7","pubsubname":"events","source":"memory-1","specversion":"1.0","subject":"acme/agent-1","time":"2026-11-21T06:07:08.901Z","topic":"memory-events","traceid":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"","type":"memory.committed.v1"}
        """;

    [Fact]
    public async Task Dapr_is_told_of_the_subscription()
    {
        await using var app = await TestApp.StartAsync();
        var answer = await app.Client.GetAsync("/dapr/subscribe");
        ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((200,
            """[{"topic":"memory-events","pubsubName":"events","route":"events/commits","metadata":{"subscribeType":"shared","processMode":"async"}}]"""));
    }

    [Fact]
    public async Task A_delivered_commit_reaches_the_handler_and_is_acknowledged_without_a_word()
    {
        await using var app = await TestApp.StartAsync();
        (await app.DeliverAsync(Envelope)).ShouldBe((200, ""));
        app.Handled.ShouldHaveSingleItem().ShouldBe((new SpaceId("acme", "agent-1"), 7, """{"v":1,"n":7,"value":1.0}"""));
        app.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_that_did_not_travel_reaches_the_handler_by_name()
    {
        await using var app = await TestApp.StartAsync();
        var large = CommitEvent.Write(new SpaceId("acme", "s@b"), 8, new byte[CommitEvent.MaxTextBytes + 1], "memory-1", default);
        (await app.DeliverAsync(CommitEventTests.Delivered(Encoding.UTF8.GetString(large.Span)))).ShouldBe((200, ""));
        app.Handled.ShouldHaveSingleItem().ShouldBe((new SpaceId("acme", "s@b"), 8, null));
    }

    [Fact]
    public async Task The_largest_commit_that_travels_can_be_delivered()
    {
        await using var app = await TestApp.StartAsync();
        var text = $"\"{new string('<', CommitEvent.MaxTextBytes - 2)}\"";
        var written = CommitEvent.Write(new SpaceId("acme", "s"), 8, Encoding.UTF8.GetBytes(text), "memory-1", default);
        var delivered = CommitEventTests.Delivered(Encoding.UTF8.GetString(written.Span));
        delivered.Length.ShouldBeGreaterThan(6 * (CommitEvent.MaxTextBytes - 2), "each < as six bytes");
        (await app.DeliverAsync(delivered)).ShouldBe((200, ""));
        app.Handled.ShouldHaveSingleItem().Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("""{"id":"x/y/1","type":"memory.committed.v1","data":{"tenant":"Y","space":"secret","n":1}}""", "x/y/1")]
    public async Task A_malformed_event_is_dropped_and_logged_by_its_id(string body, string id)
    {
        await using var app = await TestApp.StartAsync();
        (await app.DeliverAsync(body)).ShouldBe((200, """{"status":"DROP"}"""));
        app.Handled.ShouldBeEmpty();
        app.Log.Lines.ShouldBe([$"EventMalformed: An event that is not the event of a commit is dropped: {id}"]);
    }

    [Fact]
    public async Task What_is_no_event_at_all_is_dropped()
    {
        await using var app = await TestApp.StartAsync();
        (await app.DeliverAsync(Envelope, contentType: "text/plain")).ShouldBe((200, """{"status":"DROP"}"""));
        (await app.DeliverAsync(Envelope[..^1] + $",\"x\":\"{new string('x', 4 * 1024 * 1024)}\"}}")).ShouldBe((200, """{"status":"DROP"}"""));
        app.Handled.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_of_the_handler_asks_for_the_event_again()
    {
        await using var app = await TestApp.StartAsync();
        app.Failure = new InvalidOperationException("no store");
        (await app.DeliverAsync(Envelope)).ShouldBe((500, ""));
        app.Log.Lines.ShouldBe(["EventFailed: acme/agent-1/7 could not be applied; it will be delivered again"]);
        app.Failure = null;
        (await app.DeliverAsync(Envelope)).ShouldBe((200, ""));
    }

    [Theory]
    [InlineData("right", 200)]
    [InlineData("wrong", 401)]
    [InlineData("righ", 401)]
    [InlineData("", 401)]
    [InlineData(null, 401)]
    public async Task Only_the_sidecar_delivers_when_there_is_a_token(string? token, int status)
    {
        await using var app = await TestApp.StartAsync(appToken: "right");
        (await app.DeliverAsync(Envelope, token)).ShouldBe((status, ""));
        app.Handled.Count.ShouldBe(status == 200 ? 1 : 0);
    }

    [Fact]
    public async Task Outcomes_and_delivery_times_are_measured()
    {
        await using var app = await TestApp.StartAsync();
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == app.MeterScope && instrument.Name.StartsWith("event", StringComparison.Ordinal))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Enqueue($"{instrument.Name} {value} {tags[0].Value}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.Enqueue($"{instrument.Name} {value}"));
        listener.Start();

        app.Now = new DateTimeOffset(2026, 11, 21, 6, 7, 9, 401, TimeSpan.Zero);
        await app.DeliverAsync(Envelope);
        app.Now = app.Now.AddHours(-1);
        await app.DeliverAsync(Envelope);
        await app.DeliverAsync("{}");
        app.Failure = new InvalidOperationException();
        await app.DeliverAsync(Envelope);
        seen.ShouldBe(["events 1 applied", "event_delivery_seconds 0.5", "events 1 applied", "event_delivery_seconds 0", "events 1 dropped", "events 1 failed"]);
    }

    sealed class TestApp : TimeProvider, ICommitEventHandler, IAsyncDisposable
    {
        WebApplication _app = null!;

        public HttpClient Client { get; } = new();

        public LogList Log { get; } = new();

        public ConcurrentQueue<(SpaceId Space, long Number, string? Text)> Handled { get; } = new();

        public Exception? Failure { get; set; }

        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public object MeterScope => _app.Services.GetRequiredService<IMeterFactory>();

        public static async Task<TestApp> StartAsync(string? appToken = null)
        {
            var test = new TestApp();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("APP_API_TOKEN", appToken)]);
            builder.Logging.ClearProviders().AddFilter("Microsoft", LogLevel.None).AddProvider(test.Log.Provider);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddMetrics();
            builder.Services.AddSingleton<TimeProvider>(test);
            builder.Services.AddSingleton<ICommitEventHandler>(test);
            builder.Services.AddSingleton<EventInstruments>();
            test._app = builder.Build();
            test._app.MapEvents("events");
            await test._app.StartAsync();
            test.Client.BaseAddress = new Uri(test._app.Urls.Single());
            return test;
        }

        public async Task<(int Status, string Body)> DeliverAsync(string body, string? token = null, string contentType = "application/cloudevents+json")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/events/commits") { Content = new StringContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            if (token is not null)
                request.Headers.Add("dapr-api-token", token);
            using var response = await Client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        public override DateTimeOffset GetUtcNow() => Now;

        public ValueTask HandleAsync(SpaceId space, long number, ReadOnlyMemory<byte>? text, CancellationToken cancellationToken)
        {
            Handled.Enqueue((space, number, text is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null));
            return Failure is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _app.DisposeAsync();
        }
    }
}
