using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Sdk.Dapr.Tests.AspNetCore;

public sealed class SubscribeHandlerTests
{
    static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public async Task Discovery_lists_endpoints_with_a_topic_as_the_official_sdk_does()
    {
        var (status, type, body) = await DiscoverAsync(app =>
        {
            app.MapPost("/z", Handle).WithTopic("events", "orders", Nothing);
            app.MapGroup("/events").MapPost("/commits", Handle).WithTopic("events", "commits", new Dictionary<string, string> { ["processMode"] = "sync" });
            app.MapPost("/plain", Handle);
        });
        (status, type).ShouldBe((HttpStatusCode.OK, "application/json"));
        body.ShouldBe(
            """[{"topic":"commits","pubsubName":"events","route":"events/commits","metadata":{"processMode":"sync"}},{"topic":"orders","pubsubName":"events","route":"z"}]""");
    }

    [Fact]
    public async Task Discovery_without_topics_is_an_empty_list() => (await DiscoverAsync(_ => { })).Body.ShouldBe("[]");

    [Fact]
    public async Task Topic_on_a_route_with_parameters_fails_discovery() =>
        (await DiscoverAsync(app => app.MapPost("/x/{id}", Handle).WithTopic("events", "orders", Nothing))).Status.ShouldBe(HttpStatusCode.InternalServerError);

    static Task Handle(HttpContext context) => Task.CompletedTask;

    static async Task<(HttpStatusCode Status, string? Type, string Body)> DiscoverAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        map(app);
        app.MapSubscribeHandler();
        await app.StartAsync();
        using var client = new HttpClient();
        using var response = await client.GetAsync(app.Urls.Single() + "/dapr/subscribe");
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }
}
