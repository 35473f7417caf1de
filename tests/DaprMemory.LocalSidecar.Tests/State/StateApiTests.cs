using System.Net;
using System.Text;

namespace DaprMemory.LocalSidecar.Tests.State;

public sealed class StateApiTests : SidecarTest
{
    const int LimitBytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData("/v1.0/state/strong/a%2Fb", "a/b")]
    [InlineData("/v1.0/state/strong/a+b", "a b")]
    [InlineData("/v1.0/state/strong/a%2Bb", "a+b")]
    [InlineData("//v1.0//state/strong/./a", "a")]
    [InlineData("/v1.0/state/none/../strong/a", "a")]
    [InlineData("/v1.0/state/strong/a:b@c=d/", "a:b@c=d")]
    public async Task Key_in_the_path_is_cleaned_escaped_and_then_unescaped_like_a_query(string path, string key)
    {
        await Dapr.CreateAsync(key, "here");

        (await Dapr.GetAsync(path)).Body.ShouldBe("\"here\"");
    }

    [Fact]
    public async Task Key_with_the_separator_is_refused_by_get_and_delete_too()
    {
        foreach (var method in new[] { "GET", "DELETE" })
        {
            var answer = await Dapr.SendAsync(method, "/v1.0/state/strong/a%7C%7Cb");
            answer.Status.ShouldBe(HttpStatusCode.BadRequest);
            answer.ErrorCode.ShouldBe("ERR_MALFORMED_REQUEST");
        }
        (await Dapr.PostAsync("/v1.0/state/strong/bulk", """{"keys":["a||b"]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/v1.0/state/strong", false)]
    [InlineData("/v1.0/state/strong", true)]
    [InlineData("/v1.0/state/strong/transaction", false)]
    [InlineData("/v1.0/state/strong/bulk", true)]
    public async Task Body_over_the_limit_is_a_malformed_request(string path, bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Host.AddressOf("app-a") + path[1..]);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""[{"key":"big","value":"{{new string('x', LimitBytes)}}"}]"""));
        request.Headers.TransferEncodingChunked = isChunked;

        using var response = await Dapr.Http.SendAsync(request);

        var answer = await Answer.ReadAsync(response);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.ErrorCode.ShouldBe("ERR_MALFORMED_REQUEST");
        answer.Body.ShouldContain("stream too large");
        (await Dapr.GetAsync("/v1.0/state/strong/big")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Body_just_under_the_limit_is_saved_whole()
    {
        var value = new string('x', LimitBytes - 100);

        (await Dapr.CreateAsync("big", value)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await Dapr.GetAsync("/v1.0/state/strong/big")).Body.ShouldBe($"\"{value}\"");
    }

    [Theory]
    [InlineData("null", HttpStatusCode.NoContent)]
    [InlineData("""[{"KEY":"k","Value":1}] and more""", HttpStatusCode.NoContent)]
    [InlineData("""[{"key":"k","etag":null,"metadata":null,"options":null,"other":{"a":[1]}}]""", HttpStatusCode.NoContent)]
    [InlineData("[{}]", HttpStatusCode.BadRequest)]
    [InlineData("[null]", HttpStatusCode.BadRequest)]
    [InlineData("""[{"key":"k","etag":5}]""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"key":"k","metadata":{"ttlInSeconds":5}}]""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"key":"k","value":1e400}]""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"key":"k","value":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""[{"key":"\ud800","value":1}]""", HttpStatusCode.BadRequest)]
    public async Task Save_is_as_tolerant_as_the_decoder_of_go(string body, HttpStatusCode expected) =>
        (await Dapr.PostAsync("/v1.0/state/strong", body)).Status.ShouldBe(expected);

    [Fact]
    public async Task Nesting_beyond_all_measure_is_refused_and_the_process_lives()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        (await Dapr.PostAsync("/v1.0/state/strong", $$"""[{"key":"k","value":{{deep}}}]""")).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await Dapr.GetAsync("/v1.0/healthz")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Bulk_get_gives_what_was_found_first_and_each_key_once()
    {
        await Dapr.CreateAsync("b", "1");
        await Dapr.CreateAsync("a", "2");

        var answer = await Dapr.PostAsync("/v1.0/state/strong/bulk", """{"keys":["missing","b","a","b"]}""");

        var items = System.Text.Json.JsonDocument.Parse(answer.Body).RootElement.EnumerateArray().ToList();
        items.Select(item => item.GetProperty("key").GetString()).ShouldBe(["a", "b", "missing"]);
        items[2].EnumerateObject().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("strong", HttpStatusCode.NoContent)]
    [InlineData("redis", HttpStatusCode.OK)]
    public async Task Transaction_with_a_stale_etag_undoes_the_rest_except_in_redis(string store, HttpStatusCode other)
    {
        await Dapr.PostAsync($"/v1.0/state/{store}", """[{"key":"k","value":1}]""");

        var answer = await Dapr.PostAsync(
            $"/v1.0/state/{store}/transaction",
            """
            {"operations":[
              {"operation":"upsert","request":{"key":"k","value":2,"etag":"7"}},
              {"request":{"key":"other","value":1},"operation":"upsert"}]}
            """);

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_STATE_TRANSACTION");
        (await Dapr.GetAsync($"/v1.0/state/{store}/k")).Body.ShouldBe("1");
        // In Redis the later operation is applied, although an earlier one was refused.
        (await Dapr.GetAsync($"/v1.0/state/{store}/other")).Status.ShouldBe(other);
    }

    [Fact]
    public async Task Redis_inserts_under_an_etag_that_never_was_and_starts_again_at_one()
    {
        (await Dapr.PostAsync("/v1.0/state/redis", """[{"key":"k","value":1,"etag":"7"}]""")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await Dapr.GetAsync("/v1.0/state/redis/k")).ETag.ShouldBe("1");
    }

    [Fact]
    public async Task Redis_last_write_ignores_a_stale_etag()
    {
        await Dapr.PostAsync("/v1.0/state/redis", """[{"key":"k","value":1}]""");

        await Dapr.PostAsync("/v1.0/state/redis", """[{"key":"k","value":2,"etag":"9","options":{"concurrency":"last-write"}}]""");

        (await Dapr.GetAsync("/v1.0/state/redis/k")).ShouldSatisfyAllConditions(a => a.Body.ShouldBe("2"), a => a.ETag.ShouldBe("2"));
    }

    [Fact]
    public async Task Redis_transaction_neither_enforces_nor_records_first_write()
    {
        const string Transaction = """{"operations":[{"operation":"upsert","request":{"key":"k","value":1,"options":{"concurrency":"first-write"}}}]}""";

        (await Dapr.PostAsync("/v1.0/state/redis/transaction", Transaction)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.PostAsync("/v1.0/state/redis/transaction", Transaction)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await Dapr.PostAsync("/v1.0/state/redis", """[{"key":"k","value":2}]""")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Bulk_save_of_a_mismatch_and_a_failure_is_a_failure_and_the_rest_is_written()
    {
        await Dapr.CreateAsync("k", "1");

        var answer = await Dapr.PostAsync(
            "/v1.0/state/strong",
            """[{"key":"k","value":2,"etag":"stale"},{"key":"k","value":2,"options":{"concurrency":"first-write"}},{"key":"new","value":2}]""");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await Dapr.GetAsync("/v1.0/state/strong/new")).Body.ShouldBe("2");
    }

    [Theory]
    [InlineData("strong", "ERR_STATE_STORE_NOT_SUPPORTED")]
    [InlineData("redis", "ERR_STATE_QUERY")]
    public async Task Query_is_not_supported(string store, string errorCode) =>
        (await Dapr.PostAsync($"/v1.0-alpha1/state/{store}/query", "{}")).ErrorCode.ShouldBe(errorCode);
}
