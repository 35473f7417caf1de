using System.Text;
using Dapr.Client;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Service.Tests.Events;

public sealed class DaprCommitPublisherTests : IAsyncLifetime
{
    static readonly SpaceId Space = new("acme", "agent-1@draft");
    static readonly byte[] Text = """{"n":7}"""u8.ToArray();

    readonly LogList _log = new();
    readonly List<(string Target, string? ContentType, byte[] Body)> _requests = [];
    Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    WebApplication _sidecar = null!;
    DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _sidecar = builder.Build();
        _sidecar.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _requests.Add((context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request.ContentType, body.ToArray()));
            context.Response.StatusCode = 204;
            await _answer(context);
        });
        await _sidecar.StartAsync();
        _client = new DaprClientBuilder().UseHttpEndpoint(_sidecar.Urls.Single()).Build();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_is_published_as_an_event_of_our_own_under_its_space()
    {
        (await Publisher().TryPublishAsync(Space, 7, Text, CancellationToken.None)).ShouldBeTrue();
        var (target, contentType, body) = _requests.ShouldHaveSingleItem();
        target.ShouldBe("/v1.0/publish/events/memory-events?metadata.partitionKey=acme%2Fagent-1%40draft");
        contentType.ShouldBe("application/cloudevents+json");
        CommitEvent.TryRead(body, out var sent).ShouldBeTrue();
        (sent.Id, sent.Space, sent.Number).ShouldBe(("acme/agent-1@draft/7", Space, 7));
        sent.Text!.Value.ToArray().ShouldBe(Text);
        _log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task A_refused_commit_is_not_published(int status)
    {
        _answer = Status(status);
        (await Publisher().TryPublishAsync(Space, 7, Text, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_sidecar_that_is_gone_is_no_exception()
    {
        await _sidecar.StopAsync();
        (await Publisher().TryPublishAsync(Space, 7, Text, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_text_that_is_none_is_no_exception() =>
        (await Publisher().TryPublishAsync(Space, 7, new byte[] { 0xFF }, CancellationToken.None)).ShouldBeFalse();

    [Fact]
    public async Task Cancellation_is_an_exception()
    {
        using var leaving = new CancellationTokenSource();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Publisher().TryPublishAsync(Space, 7, Text, leaving.Token));
    }

    [Fact]
    public async Task An_outage_is_logged_when_it_begins_and_when_it_ends()
    {
        var publisher = Publisher();
        await publisher.TryPublishAsync(Space, 1, Text, CancellationToken.None);
        _answer = Status(500);
        await publisher.TryPublishAsync(Space, 2, Text, CancellationToken.None);
        await publisher.TryPublishAsync(Space, 3, Text, CancellationToken.None);
        _answer = Status(204);
        await publisher.TryPublishAsync(Space, 4, Text, CancellationToken.None);
        await publisher.TryPublishAsync(Space, 5, Text, CancellationToken.None);
        _log.Lines.ShouldBe([
            "PublishFailing: Commits can't be published to events, acme/agent-1@draft/2 the first of them",
            "PublishRecovered: Commits can be published to events again",
        ]);
    }

    static Func<HttpContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    DaprCommitPublisher Publisher() => new(_client, "events", "memory-0", TimeProvider.System, new LoggerFactory([_log.Provider]).CreateLogger<DaprCommitPublisher>());
}
