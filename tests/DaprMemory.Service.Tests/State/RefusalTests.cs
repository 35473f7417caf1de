using System.Net.Http.Headers;
using System.Text;

namespace DaprMemory.Service.Tests.State;

public sealed class RefusalTests : IAsyncLifetime
{
    const int MiB = 1024 * 1024;

    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("// no\n1")]
    [InlineData("nul")]
    [InlineData("\uFEFF1")]
    [InlineData("'secret'")]
    [InlineData("""{"\ud800":1}""")]
    public async Task Put_of_other_than_one_json_value_is_refused_without_quoting_it(string body)
    {
        var answer = await _service.SendAsync("PUT", "state/k", body);
        answer.ShouldBeProblem(400, "invalid-json").GetProperty("detail").GetString()!.ShouldNotContain("secret");
        (await _service.SendAsync("GET", "state/k")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Put_of_bytes_that_are_not_utf8_is_refused() =>
        (await _service.SendAsync("PUT", "state/k", new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' })).ShouldBeProblem(400, "invalid-json");

    [Fact]
    public async Task Put_of_65_levels_is_refused() =>
        (await _service.SendAsync("PUT", "state/k", new string('[', 65) + new string(']', 65))).ShouldBeProblem(400, "invalid-json");

    [Fact]
    public async Task A_value_of_exactly_1_MiB_is_taken_and_one_byte_more_is_not()
    {
        var value = Encoding.ASCII.GetBytes('"' + new string('x', MiB - 2) + '"');
        (await _service.SendAsync("PUT", "state/k", value)).Status.ShouldBe(201);
        (await _service.SendAsync("GET", "state/k")).Body.ShouldBe(value);

        var larger = await _service.SendAsync("PUT", "state/k", value.Append((byte)' ').ToArray());
        larger.ShouldBeProblem(413, "value-too-large").GetProperty("limitBytes").GetInt64().ShouldBe(MiB);
        (await _service.SendAsync("GET", "state/k")).ETag.ShouldBe("\"1.0\"");
    }

    [Fact]
    public async Task A_value_without_a_length_is_counted()
    {
        var value = Encoding.ASCII.GetBytes('"' + new string('x', MiB - 2) + '"');
        (await _service.SendAsync("PUT", "state/k", Chunked(value))).Status.ShouldBe(201);
        (await _service.SendAsync("PUT", "state/k", Chunked([.. value, (byte)' ']))).ShouldBeProblem(413, "value-too-large");

        static HttpContent Chunked(byte[] bytes)
        {
            var content = new StreamContent(new NoLengthStream(bytes));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return content;
        }
    }

    [Fact]
    public async Task A_patch_whose_result_is_over_1_MiB_is_refused()
    {
        await _service.SendAsync("PUT", "state/k", "{\"a\":\"" + new string('x', 700_000) + "\"}");
        var answer = await _service.SendAsync("PATCH", "state/k", "{\"b\":\"" + new string('y', 700_000) + "\"}");
        answer.ShouldBeProblem(413, "value-too-large").GetProperty("limitBytes").GetInt64().ShouldBe(MiB);
        (await _service.SendAsync("GET", "state/k")).ETag.ShouldBe("\"1.0\"");
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("application/ld+json", 201)]
    [InlineData(null, 201)]
    public async Task A_body_must_be_json_by_its_content_type(string? contentType, int status)
    {
        using var content = new ByteArrayContent("1"u8.ToArray());
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        var answer = await _service.SendAsync("PUT", "state/k", content);
        answer.Status.ShouldBe(status);
        if (status == 415)
            answer.ShouldBeProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a||b")]
    [InlineData("a%20b")]
    [InlineData("a%0Ab")]
    [InlineData("a+b")]
    [InlineData("a%2F%2Fb")]
    [InlineData("a%2F..%2Fb")]
    [InlineData("k%C3%A4se")]
    [InlineData("%25")]
    public async Task A_key_that_breaks_a_rule_is_refused_and_the_rule_named(string key)
    {
        var answer = await _service.SendAsync("PUT", "state/" + key, "1");
        answer.ShouldBeProblem(422, "invalid-key").GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("PUT /v1/acme/agent-1/state/a/../b")]
    [InlineData("PUT /v1/acme/agent-1/state/a/%2e%2E/b")]
    [InlineData("PUT /v1/acme/agent-1/state/../../other/state/b")]
    [InlineData("PUT /v1/acme/agent-1/state/.")]
    public async Task A_path_with_dot_segments_is_refused(string requestLine)
    {
        (await _service.SendRawAsync(requestLine)).ShouldBe(422);
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_key_has_at_most_512_characters()
    {
        (await _service.SendAsync("PUT", "state/" + new string('k', 512), "1")).Status.ShouldBe(201);
        (await _service.SendAsync("PUT", "state/" + new string('k', 513), "1")).ShouldBeProblem(422, "invalid-key");
    }

    [Fact]
    public async Task A_key_reads_the_same_however_it_is_escaped()
    {
        await _service.SendAsync("PUT", "state/a/b:c@d=e~f", "1");
        (await _service.SendAsync("GET", "state/a%2Fb%3ac%40d%3De%7Ef")).Text.ShouldBe("1");
        (await _service.SendAsync("GET", "state")).Json.GetProperty("items")[0].GetProperty("key").GetString().ShouldBe("a/b:c@d=e~f");
    }

    [Theory]
    [InlineData("/v1/Acme/agent-1/state/k", "invalid-tenant")]
    [InlineData("/v1/-acme/agent-1/state/k", "invalid-tenant")]
    [InlineData("/v1/acme/agent%201/state/k", "invalid-space")]
    [InlineData("/v1/acme/a@b@c/state/k", "invalid-space")]
    [InlineData("/v1/acme/a%2Fb/state/k", "invalid-space")]
    public async Task Names_that_break_a_rule_are_refused(string path, string type) =>
        (await _service.SendAsync("GET", path)).ShouldBeProblem(422, type).GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();

    [Theory]
    [InlineData("ttl=0")]
    [InlineData("ttl=-1")]
    [InlineData("ttl=1.5")]
    [InlineData("ttl=")]
    [InlineData("ttl=315360001")]
    [InlineData("ttl=1&ttl=2")]
    [InlineData("tags=")]
    [InlineData("tags=a,,b")]
    [InlineData("tags=a,a")]
    [InlineData("tags=a b")]
    [InlineData("tags=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17")]
    [InlineData("tags=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Arguments_of_a_put_that_break_a_rule_are_refused(string query) =>
        (await _service.SendAsync("PUT", "state/k?" + query, "1")).ShouldBeProblem(422, "invalid-query").GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();

    [Theory]
    [InlineData("Memory-Consistency: weak")]
    [InlineData("Memory-Consistency: Strong")]
    [InlineData("Memory-Agent:")]
    [InlineData("Idempotency-Key: a b")]
    [InlineData("Memory-Attempt: 0")]
    [InlineData("Memory-Attempt: two")]
    [InlineData("If-Match: 1.0")]
    [InlineData("If-Match: \"1.0")]
    [InlineData("If-Match: \"1.0\" \"2.0\"")]
    [InlineData("If-Match: ,")]
    [InlineData("If-None-Match: \"1.0\"")]
    public async Task Headers_that_break_a_rule_are_refused(string header) =>
        (await _service.SendAsync("PUT", "state/k", "1", header)).ShouldBeProblem(422, "invalid-header").GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();

    [Fact]
    public async Task An_idempotency_key_has_at_most_128_characters()
    {
        (await _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: " + new string('i', 128))).Status.ShouldBe(201);
        (await _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: " + new string('i', 129))).ShouldBeProblem(422, "invalid-header");
    }

    sealed class NoLengthStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
