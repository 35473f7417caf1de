using System.Text.Json;
using Dapr;
using Dapr.Client;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>Bulk reads. Answers are those of a recorded daprd.</summary>
public sealed class BulkReadTests
{
    const string Answer =
        """[{"key":"t1","data":"x","etag":"c537552a-03af-4256-89a5-5d3776649685"},{"key":"t2","data":{"n":[2,{"key":"inner"}]},"etag":"1"},{"key":"nope"}]""" + "\n";

    [Fact]
    public async Task Items_are_json_text_with_raw_etags()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, Answer);
        using var client = sidecar.Client();
        (await client.GetBulkStateAsync("s", ["t1", "t2", "nope"], 2)).Select(item => (item.Key, item.Value, item.ETag)).ShouldBe(
        [
            ("t1", "\"x\"", "c537552a-03af-4256-89a5-5d3776649685"),
            ("t2", """{"n":[2,{"key":"inner"}]}""", "1"),
            ("nope", "", ""),
        ]);
        sidecar.Only.Target.ShouldBe("/v1.0/state/s/bulk");
        sidecar.Only.Body.ShouldBe("""{"keys":["t1","t2","nope"],"parallelism":2}""");
    }

    [Fact]
    public async Task Items_are_deserialized_and_missing_ones_are_default()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, """[{"key":"b","data":2,"etag":"9"},{"key":"nope"},{"key":"a","data":1,"etag":"8","metadata":{"ttlExpireTime":"2026-11-21T02:23:13Z"}}]""");
        using var client = sidecar.Client();
        (await client.GetBulkStateAsync<int?>("s", ["a", "b", "nope"], null)).Select(item => (item.Key, item.Value, item.ETag)).ShouldBe(
            [("b", 2, "9"), ("nope", null, ""), ("a", 1, "8")]);
        sidecar.Only.Body.ShouldBe("""{"keys":["a","b","nope"]}""");
    }

    [Fact]
    public async Task Item_whose_read_failed_looks_like_a_missing_key()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, """[{"key":"a","error":"timeout"},{"key":"b","data":null,"etag":null}]""");
        using var client = sidecar.Client();
        (await client.GetBulkStateAsync<string?>("s", ["a", "b"], 1)).Select(item => (item.Key, item.Value, item.ETag)).ShouldBe([("a", null, ""), ("b", null, "")]);
    }

    [Fact]
    public async Task No_items_is_an_empty_list()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, "[]\n");
        using var client = sidecar.Client();
        (await client.GetBulkStateAsync<string>("s", ["a"], 1)).ShouldBeEmpty();
        (await client.GetBulkStateAsync("s", ["a"], 1)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{")]
    [InlineData("""[{"key":"a","data":1}""")]
    public async Task Answer_that_is_torn_is_an_exception_and_not_a_missing_key(string answer)
    {
        await using var sidecar = await SidecarStub.StartAsync(200, answer);
        using var client = sidecar.Client();
        (await Record.ExceptionAsync(() => client.GetBulkStateAsync<int>("s", ["a"], 1))).ShouldBeAssignableTo<JsonException>();
        (await Record.ExceptionAsync(() => client.GetBulkStateAsync("s", ["a"], 1))).ShouldBeAssignableTo<JsonException>();
    }

    [Fact]
    public async Task Values_may_be_as_deep_as_single_ones()
    {
        var deep = string.Concat(Enumerable.Repeat('[', 64)) + string.Concat(Enumerable.Repeat(']', 64));
        await using var sidecar = await SidecarStub.StartAsync(200, $$"""[{"key":"a","data":{{deep}},"etag":"1"}]""");
        using var client = sidecar.Client();
        (await client.GetBulkStateAsync("s", ["a"], 1)).Single().Value.ShouldBe(deep);
    }

    [Fact]
    public async Task Failed_query_is_a_DaprException()
    {
        await using var sidecar = await SidecarStub.StartAsync(500, """{"errorCode":"ERR_STATE_BULK_GET","message":"db gone"}""");
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.GetBulkStateAsync("s", ["a"], 1))).Message.ShouldContain("ERR_STATE_BULK_GET: db gone");
        await Should.ThrowAsync<DaprException>(() => client.GetBulkStateAsync<string>("s", ["a"], 1));
    }

    [Fact]
    public async Task Metadata_is_sent_in_the_body()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, "[]");
        using var client = sidecar.Client();
        await client.GetBulkStateAsync("s", ["a"], null, new Dictionary<string, string> { ["m"] = "v" });
        sidecar.Only.Body.ShouldBe("""{"keys":["a"],"metadata":{"m":"v"}}""");
    }
}
