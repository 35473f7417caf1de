using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Memories;

public sealed class MemoryRefusalTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("""{"text":""}""")]
    [InlineData("""{"text":" \n\t\u00a0"}""")]
    [InlineData("""{"text":1}""")]
    [InlineData("""{"text":null}""")]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("""{"text":"a","text":"b"}""")]
    [InlineData("""{"text":"a","Text":"b"}""")]
    [InlineData("""{"text":"a","txet":"b"}""")]
    [InlineData("""{"text":"a","op":"put"}""")]
    [InlineData("""{"text":"a","id":""}""")]
    [InlineData("""{"text":"a","id":".."}""")]
    [InlineData("""{"text":"a","id":"a/b"}""")]
    [InlineData("""{"text":"a","id":"a b"}""")]
    [InlineData("""{"text":"a","id":"é"}""")]
    [InlineData("""{"text":"a","id":"\u0000"}""")]
    [InlineData("""{"text":"a","id":7}""")]
    [InlineData("""{"text":"a","agent":""}""")]
    [InlineData("""{"text":"a","agent":"a\u0007"}""")]
    [InlineData("""{"text":"a","at":"yesterday"}""")]
    [InlineData("""{"text":"a","at":17}""")]
    [InlineData("""{"text":"a","at":"2026-02-30"}""")]
    [InlineData("""{"text":"a","tags":[]}""")]
    [InlineData("""{"text":"a","tags":["a b"]}""")]
    [InlineData("""{"text":"a","tags":["a","a"]}""")]
    [InlineData("""{"text":"a","tags":[null]}""")]
    [InlineData("""{"text":"a","importance":1.1}""")]
    [InlineData("""{"text":"a","importance":-0.1}""")]
    [InlineData("""{"text":"a","importance":"1"}""")]
    [InlineData("""{"text":"a","importance":1e999}""")]
    [InlineData("""{"text":"a","source":{}}""")]
    [InlineData("""{"text":"a","source":{"session":"a@b"}}""")]
    [InlineData("""{"text":"a","source":{"session":"s","turn":0}}""")]
    [InlineData("""{"text":"a","source":{"session":"s","turn":1.5}}""")]
    [InlineData("""{"text":"a","source":"s"}""")]
    [InlineData("""{"text":"a","validFrom":"2026-01-02","validTo":"2026-01-02"}""")]
    [InlineData("""{"text":"a","links":[{"to":"b"}]}""")]
    [InlineData("""{"text":"a","links":[{"type":"t","to":"a/b"}]}""")]
    [InlineData("""{"text":"a","links":[{"to":"b","type":"has a"}]}""")]
    [InlineData("""{"text":"a","links":[{"to":"b","type":"t"},{"to":"b","type":"t"}]}""")]
    [InlineData("""{"text":"a","links":[null]}""")]
    [InlineData("""{"text":"a","links":{}}""")]
    [InlineData("""{"text":"a","supersedes":"a/b"}""")]
    [InlineData("""{"id":"x","text":"a","supersedes":"x"}""")]
    [InlineData("""{"text":"a","ttl":0}""")]
    [InlineData("""{"text":"a","ttl":315360001}""")]
    [InlineData("""{"text":"a","ttl":1.5}""")]
    public async Task Memories_that_break_a_rule_are_refused_and_nothing_is_written(string body)
    {
        var refused = (await _service.SendAsync("POST", "memories", body)).ShouldBeProblem(422, "invalid-request");
        refused.GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();
        if (!body.Contains("\"id\"", StringComparison.Ordinal))
            (await _service.SendAsync("PUT", "memories/m", body)).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Theory]
    [InlineData("memories/a%2Fb")]
    [InlineData("memories/a%20b")]
    [InlineData("memories/%00")]
    [InlineData("memories/a%25b")]
    [InlineData("memories/%C3%A9")]
    [InlineData("memories/a;b")]
    [InlineData("memories/a%5Cb")]
    public async Task Hostile_ids_are_refused_by_every_method(string path)
    {
        foreach (var (method, body) in new[] { ("GET", null), ("PUT", """{"text":"a"}"""), ("DELETE", null) })
            (await _service.SendAsync(method, path, body)).ShouldBeProblem(422, "invalid-key");
        (await _service.SendAsync("GET", "memories/" + new string('x', 129))).ShouldBeProblem(422, "invalid-key");
        (await _service.SendAsync("PUT", "memories/" + new string('x', 128), """{"text":"a"}""")).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("memories?limit=0")]
    [InlineData("memories?limit=1001")]
    [InlineData("memories?after=a/b")]
    [InlineData("memories?tag=a,b")]
    [InlineData("memories?tag=a&tag=b")]
    [InlineData("memories?asOf=soon")]
    [InlineData("memories?asOf=01/02/2026")]
    [InlineData("memories?at=-1")]
    [InlineData("memories/m?at=x")]
    [InlineData("memories/m?asOf=2026")]
    public async Task Queries_that_break_a_rule_are_refused(string path) => (await _service.SendAsync("GET", path)).ShouldBeProblem(422, "invalid-query");

    [Fact]
    public async Task Texts_and_memories_have_a_limit()
    {
        (await _service.SendAsync("POST", "memories", $$"""{"text":"{{new string('x', 64 * 1024)}}"}""")).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "memories", $$"""{"text":"{{new string('é', 32 * 1024)}}x"}""")).ShouldBeProblem(413, "value-too-large")
            .GetProperty("limitBytes").GetInt32().ShouldBe(64 * 1024);
        (await _service.SendAsync("POST", "memories", $$"""{"text":"x","metadata":"{{new string('x', 1024 * 1024)}}"}""")).ShouldBeProblem(413, "value-too-large")
            .GetProperty("limitBytes").GetInt32().ShouldBe(1024 * 1024);
    }

    [Fact]
    public async Task Bodies_must_be_JSON()
    {
        (await _service.SendAsync("POST", "memories", "{")).ShouldBeProblem(400, "invalid-json");
        (await _service.SendAsync("POST", "memories", new StringContent("{}", null, "text/plain"))).ShouldBeProblem(415, "unsupported-media-type");
        (await _service.SendAsync("PUT", "memories/a", "")).ShouldBeProblem(400, "invalid-json");
        (await _service.SendAsync("POST", "memories/batch", "{")).ShouldBeProblem(400, "invalid-json");
        (await _service.SendAsync("POST", "memories/one", "{}")).Status.ShouldBe(405);
    }

    [Fact]
    public async Task While_the_store_is_down_a_write_says_that_nothing_was_written()
    {
        await using var cluster = await TestCluster.StartAsync(1, settings: ("Spaces:WriteTimeout", "00:00:00.200"));
        cluster.TakeStoreDown();
        (await cluster.Nodes[0].SendAsync("POST", "memories", """{"text":"a"}""")).ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("none");
        cluster.BringStoreBack();
        (await cluster.Nodes[0].SendAsync("POST", "memories", """{"text":"a"}""")).Status.ShouldBe(201);
    }
}
