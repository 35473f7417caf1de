using System.Net;
using System.Text;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

/// <summary>One search over spaces of several shards.</summary>
public sealed class ScatterTests : IAsyncLifetime
{
    readonly Dictionary<string, Func<HttpContext, Task>> _answers = [];
    TestShard _a = null!;
    TestShard _b = null!;
    TestRouter _router = null!;
    string _ofA = "";
    string _ofB = "";

    public async Task InitializeAsync()
    {
        _a = await TestShard.StartAsync("memory-0");
        _b = await TestShard.StartAsync("memory-1");
        foreach (var shard in new[] { _a, _b })
            shard.Answer = context => _answers[context.Request.Path.Value!.Split('/')[3]](context);
        _router = await TestRouter.StartAsync(_a, _b);
        (_ofA, _ofB) = (TestRouter.SpaceOn("memory-0", "memory-1"), TestRouter.SpaceOn("memory-1", "memory-0"));
        _answers[_ofA] = Found(_ofA, 7, """{"id":"a1","score":0.9,"memory":{"text":"12345678","metadata":{ "n" : 1.0 }}}""", """{"id":"a2","score":0.5,"memory":{"text":"1234"}}""");
        _answers[_ofB] = Found(_ofB, 9, """{"id":"b1","score":0.7,"memory":{"text":"1234567890"},"context":[{"memory":{"text":"12"}}]}""", """{"id":"b2","score":0.5,"memory":{"text":"1"}}""");
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task Hits_of_all_spaces_come_in_one_order_each_with_its_space_and_as_it_was_written()
    {
        var found = await SearchAsync($$"""{"query":"tea","spaces":["{{_ofB}}","{{_ofA}}"]}""");
        Ids(found).ShouldBe("a1 b1 b2 a2", "of two with one score that of the space named first");
        var items = found.GetProperty("items").EnumerateArray().ToArray();
        items[0].GetRawText().ShouldBe("""{"space":"SPACE","id":"a1","score":0.9,"memory":{"text":"12345678","metadata":{ "n" : 1.0 }}}""".Replace("SPACE", _ofA));
        found.GetProperty("spaces").GetRawText().ShouldBe(
            $$"""[{"space":"{{_ofB}}","version":9,"mode":"keyword"},{"space":"{{_ofA}}","version":7,"mode":"keyword"}]""");
        found.TryGetProperty("incomplete", out _).ShouldBeFalse();
        found.TryGetProperty("left", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_space_is_asked_at_its_shard_for_the_caller_with_what_the_caller_said()
    {
        await SearchAsync(
            $$"""{"spaces":["{{_ofA}}","{{_ofB}}"],"query":"tea","timeoutMs":20000,"maxTokens":50,"limit":3,"filter":{ "session":"s" } }""",
            ("Authorization", "Bearer x"), ("Memory-Agent", "ann"), ("Memory-Consistency", "causal"), ("Memory-Token", "AQ,AR"), ("traceparent", "00-1-2-3"), ("dapr-app-id", "forged"));
        foreach (var (shard, space) in new[] { (_a, _ofA), (_b, _ofB) })
        {
            var seen = shard.Requests.ShouldHaveSingleItem();
            (seen.Method, seen.Target).ShouldBe(("POST", $"/v1/acme/{space}/memories/search"));
            Encoding.UTF8.GetString(seen.Body).ShouldBe("""{"query":"tea","limit":3,"filter":{ "session":"s" }}""");
            foreach (var (name, value) in new[] { ("Authorization", "Bearer x"), ("Memory-Agent", "ann"), ("Memory-Consistency", "causal"), ("Memory-Token", "AQ,AR"), ("traceparent", "00-1-2-3") })
                seen.Headers[name].ShouldBe(value);
            seen.Headers.ShouldNotContainKey("dapr-app-id");
            seen.Headers.ShouldNotContainKey("Idempotency-Key");
        }
    }

    // Texts take 2 (a1), 1 (a2), 3 and 1 for its context (b1), and 1 (b2).
    [Theory]
    [InlineData("\"limit\":3", "a1 b1 a2", 0)]
    [InlineData("\"limit\":1", "a1", 0)]
    [InlineData("\"maxTokens\":7", "a1 b1 a2", 1)]
    [InlineData("\"maxTokens\":4", "a1 a2 b2", 1)]
    [InlineData("\"limit\":2,\"maxTokens\":4", "a1", 1)]
    public async Task Limits_hold_for_all_spaces_together(string limit, string expected, int left)
    {
        var found = await SearchAsync($$"""{"query":"tea","spaces":["{{_ofA}}","{{_ofB}}"],{{limit}}}""");
        Ids(found).ShouldBe(expected);
        (found.TryGetProperty("left", out var count) ? count.GetInt32() : 0).ShouldBe(left);
    }

    [Fact]
    public async Task The_answer_promises_the_least_of_what_was_given_and_its_token_covers_all()
    {
        _answers[_ofA] = context =>
        {
            (context.Response.Headers["Memory-Consistency"], context.Response.Headers["Memory-Source"]) = ("strong", "store");
            return Found(_ofA, 7)(context);
        };
        using var response = await SendAsync($$"""{"query":"tea","spaces":["{{_ofA}}","{{_ofB}}"]}""");
        response.Headers.GetValues("Memory-Consistency").ShouldBe(["session"]);
        response.Headers.GetValues("Memory-Source").ShouldBe(["store"]);
        Seen(response).ShouldBe(new Dictionary<string, long> { [_ofA] = 7, [_ofB] = 9, ["other"] = 3 }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_token_over_as_many_spaces_as_can_be_names_them_all_or_says_that_it_does_not()
    {
        foreach (var length in new[] { 10, 128 })
        {
            string[] spaces = [.. Enumerable.Range(0, 64).Select(i => $"{i:d2}".PadRight(length, 'x'))];
            foreach (var space in spaces)
                _answers[space] = Found(space, 1_000_000);
            using var response = await SendAsync($$"""{"query":"tea","spaces":[{{string.Join(',', spaces.Select(space => $"\"{space}\""))}}]}""");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var seen = Seen(response, out var gaps);
            (seen.Keys.Intersect(spaces).Count() == 64).ShouldBe(length == 10);
            gaps.ShouldBe(length == 10 ? TokenGaps.None : TokenGaps.Seen);
        }
    }

    [Fact]
    public async Task Spaces_that_give_no_answer_are_named_with_the_reason()
    {
        var (hanging, refusing, broken) = ("hanging", "refusing", "broken");
        _answers[hanging] = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        _answers[refusing] = context => ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidToken, "a token names versions that exist", "of it"));
        _answers[broken] = context => context.Response.WriteAsync("{\"items\":[");
        var found = await SearchAsync($$"""{"query":"tea","spaces":["{{hanging}}","{{_ofA}}","{{refusing}}","{{broken}}"],"timeoutMs":3000}""");
        Ids(found).ShouldBe("a1 a2");
        found.GetProperty("incomplete").GetRawText().ShouldBe(
            """[{"space":"hanging","reason":"timeout"},{"space":"refusing","reason":"refused","status":422,"type":"urn:daprmemory:invalid-token","detail":"of it"},"""
            + """{"space":"broken","reason":"unavailable","status":502}]""");
    }

    [Fact]
    public async Task What_all_refuse_alike_is_refused_and_when_none_answers_that_is_no_answer()
    {
        _answers["x"] = _answers["y"] = context => ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidRequest, "a search has a query"));
        using var refused = await SendAsync("""{"spaces":["x","y"]}""");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("a search has a query");

        _answers["y"] = context => ProblemWriter.WriteAsync(context, Problem.Unavailable("of y"));
        using var unavailable = await SendAsync("""{"spaces":["x","y"]}""");
        unavailable.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        unavailable.Headers.RetryAfter.ShouldNotBeNull();
        (await unavailable.Content.ReadAsStringAsync()).ShouldContain("urn:daprmemory:unavailable");
    }

    [Fact]
    public async Task A_shard_that_is_down_costs_no_space()
    {
        await _b.StopAsync();
        Ids(await SearchAsync($$"""{"query":"tea","spaces":["{{_ofA}}","{{_ofB}}"]}""")).ShouldBe("a1 b1 a2 b2");
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{\"query\":\"tea\",\"spaces\":[\"a\"]", 400)]
    [InlineData("{\"query\":\"tea\",\"spaces\":[\"a\"]}{}", 400)]
    [InlineData("[]", 422)]
    [InlineData("{\"query\":\"tea\"}", 422)]
    [InlineData("{\"spaces\":[]}", 422)]
    [InlineData("{\"spaces\":[\"a\",\"a\"]}", 422)]
    [InlineData("{\"spaces\":[\"a\",1]}", 422)]
    [InlineData("{\"spaces\":[\"a\"],\"spaces\":[\"b\"]}", 422)]
    [InlineData("{\"spaces\":[\"..\"]}", 422)]
    [InlineData("{\"spaces\":[\"../beta/x\"]}", 422)]
    [InlineData("{\"spaces\":[\"a\"],\"timeoutMs\":0}", 422)]
    [InlineData("{\"spaces\":[\"a\"],\"timeoutMs\":20001}", 422)]
    [InlineData("{\"spaces\":[\"a\"],\"timeoutMs\":\"1\"}", 422)]
    public async Task A_body_that_breaks_a_rule_reaches_no_shard(string body, int status)
    {
        using var refused = await SendAsync(body);
        ((int)refused.StatusCode).ShouldBe(status);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        _a.Requests.Concat(_b.Requests).ShouldBeEmpty();
    }

    [Fact]
    public async Task Too_many_spaces_and_too_long_a_body_are_refused()
    {
        using var many = await SendAsync($$"""{"query":"tea","spaces":[{{string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"s{i}\""))}}]}""");
        many.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var large = await SendAsync($$"""{"query":"{{new string('x', 100_000)}}","spaces":["a"]}""");
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    static Func<HttpContext, Task> Found(string space, long version, params string[] items) => context =>
    {
        var writer = new TokenWriter(new byte[TokenReader.MaxBytes], "acme");
        writer.TryWrite(space, version);
        writer.TryWrite("other", 3);
        context.Response.Headers["Memory-Token"] = writer.Finish(TokenGaps.None);
        if (context.Response.Headers["Memory-Consistency"].Count == 0)
            (context.Response.Headers["Memory-Consistency"], context.Response.Headers["Memory-Source"]) = ("session", "cache");
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"version":{{version}},"mode":"keyword","items":[{{string.Join(',', items)}}]}""");
    };

    static Dictionary<string, long> Seen(HttpResponseMessage response) => Seen(response, out _);

    static Dictionary<string, long> Seen(HttpResponseMessage response, out TokenGaps gaps)
    {
        var seen = new Dictionary<string, long>();
        gaps = TokenGaps.None;
        foreach (var token in string.Join(',', response.Headers.GetValues("Memory-Token")).Split(','))
        {
            TokenReader.TryOpen(token.Trim(), new byte[TokenReader.MaxBytes], "acme", out var reader).ShouldBeTrue();
            gaps |= reader.Gaps;
            while (reader.TryRead(out var name, out var version))
                seen.Add(Encoding.ASCII.GetString(name), version);
        }
        return seen;
    }

    static string Ids(JsonElement found) => string.Join(' ', found.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));

    async Task<JsonElement> SearchAsync(string body, params (string, string)[] headers)
    {
        using var response = await SendAsync(body, headers);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    async Task<HttpResponseMessage> SendAsync(string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/acme/search") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await _router.Client.SendAsync(request);
    }
}
