using System.Text;
using Dapr;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>Publishing. The refusals are as a real Dapr answered.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Event_is_sent_as_json()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.PublishEventAsync("events", "orders", new { Text = "hi", N = 9007199254740993 });
        var request = sidecar.Only;
        (request.Method, request.Target).ShouldBe(("POST", "/v1.0/publish/events/orders"));
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Body.ShouldBe("""{"text":"hi","n":9007199254740993}""");
    }

    [Fact]
    public async Task Bytes_are_sent_as_they_are_under_their_content_type()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        const string CloudEvent = """{ "specversion":"1.0", "id":"é", "data":1.0 }""";
        await client.PublishByteEventAsync("events", "orders", Encoding.UTF8.GetBytes(CloudEvent), "application/cloudevents+json");
        sidecar.Only.Headers["Content-Type"].ShouldBe("application/cloudevents+json");
        sidecar.Only.Body.ShouldBe(CloudEvent);
    }

    [Fact]
    public async Task Bytes_are_json_unless_it_is_said()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.PublishByteEventAsync("events", "orders", "1"u8.ToArray());
        sidecar.Only.Headers["Content-Type"].ShouldBe("application/json");
    }

    [Fact]
    public async Task Metadata_stands_in_the_query_escaped()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.PublishEventAsync("events", "orders", 1, new Dictionary<string, string> { ["partitionKey"] = "acme/a+b", ["x"] = "" });
        sidecar.Only.Target.ShouldBe("/v1.0/publish/events/orders?metadata.partitionKey=acme%2Fa%2Bb&metadata.x=");
    }

    [Theory]
    [InlineData(404, """{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub nopubsub is not found"}""", "404 ERR_PUBSUB_NOT_FOUND")]
    [InlineData(500, """{"errorCode":"ERR_PUBSUB_CLOUD_EVENTS_SER","message":"cannot create cloudevent"}""", "500 ERR_PUBSUB_CLOUD_EVENTS_SER")]
    public async Task A_refusal_is_an_exception_that_says_why(int status, string body, string message)
    {
        await using var sidecar = await SidecarStub.StartAsync(status, body);
        using var client = sidecar.Client();
        var e = await Should.ThrowAsync<DaprException>(() => client.PublishByteEventAsync("nopubsub", "orders", "{}"u8.ToArray()));
        e.Message.ShouldContain($"Publish operation failed: the Dapr endpoint answered {message}");
    }

    [Fact]
    public async Task Missing_arguments_are_not_sent()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await Should.ThrowAsync<ArgumentException>(() => client.PublishEventAsync("", "orders", 1));
        await Should.ThrowAsync<ArgumentException>(() => client.PublishEventAsync("events", "", 1));
        await Should.ThrowAsync<ArgumentNullException>(() => client.PublishEventAsync<string>("events", "orders", null!));
        await Should.ThrowAsync<ArgumentNullException>(() => client.PublishEventAsync("events", "orders", 1, metadata: null!));
        sidecar.Requests.ShouldBeEmpty();
    }
}
