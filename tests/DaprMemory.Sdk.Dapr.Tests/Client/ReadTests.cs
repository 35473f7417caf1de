using System.Text;
using System.Text.Json;
using Dapr;
using Dapr.Client;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>Single reads. Answers are those of a recorded daprd.</summary>
public sealed class ReadTests
{
    sealed record Note(string Text, int Stars);

    [Fact]
    public async Task Missing_key_is_default_and_an_empty_etag()
    {
        await using var sidecar = await SidecarStub.StartAsync(204);
        using var client = sidecar.Client();
        (await client.GetStateAndETagAsync<Note?>("s", "nope")).ShouldBe((null, ""));
        (await client.GetStateAndETagAsync<int>("s", "nope")).ShouldBe((0, ""));
        (await client.GetStateAsync<Note?>("s", "nope")).ShouldBeNull();
    }

    [Theory]
    [InlineData("2711ed41-900c-41ba-8e62-703ddbdb6a59")]
    [InlineData("1")]
    public async Task ETag_is_read_raw(string etag)
    {
        await using var sidecar = await SidecarStub.StartAsync(200, """{"a":1}""", etag);
        using var client = sidecar.Client();
        var (value, read) = await client.GetStateAndETagAsync<JsonElement>("s", "k1");
        value.GetProperty("a").GetInt32().ShouldBe(1);
        read.ShouldBe(etag);
    }

    [Fact]
    public async Task Value_is_read_by_the_web_rules_unless_told_otherwise()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, """{"text":"hi","stars":"3"}""", "1");
        using var client = sidecar.Client();
        (await client.GetStateAsync<Note>("s", "k")).ShouldBe(new Note("hi", 3));
        using var strict = sidecar.Client(builder => builder.UseJsonSerializationOptions(JsonSerializerOptions.Default));
        (await strict.GetStateAsync<Note>("s", "k")).ShouldNotBe(new Note("hi", 3), "other names, and no numbers in strings");
    }

    [Fact]
    public async Task Stored_null_is_default_with_its_etag()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, "null", "7");
        using var client = sidecar.Client();
        (await client.GetStateAndETagAsync<Note?>("s", "k")).ShouldBe((null, "7"));
    }

    [Theory]
    [InlineData(200, "\"torn", "7")]
    [InlineData(200, " [1,  2] ", "8")]
    [InlineData(204, "", "")]
    public async Task Bytes_are_read_as_they_are_stored(int status, string stored, string etag)
    {
        await using var sidecar = await SidecarStub.StartAsync(status, stored, etag);
        using var client = sidecar.Client();
        var (bytes, read) = await client.GetByteStateAndETagAsync("s", "k");
        Encoding.UTF8.GetString(bytes.Span).ShouldBe(stored);
        read.ShouldBe(etag);
    }

    [Fact]
    public async Task Chunked_answer_without_a_length_is_read_whole()
    {
        var text = new string('x', 300_000);
        await using var sidecar = await SidecarStub.StartAsync(async (context, _) =>
        {
            await SidecarStub.AnswerWith(context, 200, "\"", "1");
            await context.Response.Body.FlushAsync();
            await SidecarStub.AnswerWithMore(context, text + "\"");
        });
        using var client = sidecar.Client();
        (await client.GetStateAsync<string>("s", "k")).ShouldBe(text);
    }

    [Fact]
    public async Task Value_that_is_not_json_is_a_DaprException()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, "{nope", "1");
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.GetStateAsync<Note>("s", "k"))).InnerException.ShouldBeOfType<JsonException>();
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("tenant:space@branch:c:000000000000000a", "tenant%3Aspace%40branch%3Ac%3A000000000000000a")]
    [InlineData("a+b c/d?e#f&g=h%i", "a%2Bb%20c%2Fd%3Fe%23f%26g%3Dh%25i")]
    [InlineData("né🙂", "n%C3%A9%F0%9F%99%82")]
    [InlineData("~._-", "~._-")]
    public async Task Key_is_escaped_in_the_path(string key, string escaped)
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.GetStateAsync<string>("my store", key);
        sidecar.Only.Target.ShouldBe($"/v1.0/state/my%20store/{escaped}");
    }

    [Fact]
    public async Task Key_of_four_kibibytes_is_sent_whole()
    {
        var key = string.Concat(Enumerable.Repeat("0123456789abcde/", 256));
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.GetStateAsync<string>("s", key);
        sidecar.Only.Target.ShouldBe($"/v1.0/state/s/{key.Replace("/", "%2F", StringComparison.Ordinal)}");
    }

    [Fact]
    public async Task Consistency_and_metadata_are_query_parameters()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.GetStateAsync<string>("s", "k", ConsistencyMode.Strong);
        await client.GetStateAsync<string>("s", "k", ConsistencyMode.Eventual, new Dictionary<string, string> { ["partition key"] = "a&b" });
        await client.GetStateAsync<string>("s", "k", metadata: new Dictionary<string, string> { ["x"] = "y" });
        sidecar.Requests.Select(request => request.Target).ShouldBe(
        [
            "/v1.0/state/s/k?consistency=strong",
            "/v1.0/state/s/k?consistency=eventual&metadata.partition%20key=a%26b",
            "/v1.0/state/s/k?metadata.x=y",
        ]);
    }

    [Fact]
    public async Task Arguments_are_checked_before_anything_is_sent()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await Should.ThrowAsync<ArgumentException>(() => client.GetStateAsync<string>("", "k"));
        await Should.ThrowAsync<ArgumentException>(() => client.GetStateAsync<string>("s", ""));
        await Should.ThrowAsync<ArgumentNullException>(() => client.TrySaveStateAsync("s", "k", 1, etag: null!));
        await Should.ThrowAsync<ArgumentNullException>(() => client.TryDeleteStateAsync("s", "k", etag: null!));
        await Should.ThrowAsync<ArgumentException>(() => client.GetBulkStateAsync("s", [], 1));
        await Should.ThrowAsync<ArgumentException>(() => client.ExecuteStateTransactionAsync("s", []));
        sidecar.Requests.ShouldBeEmpty();
    }
}
