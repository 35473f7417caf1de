using System.Text.Json;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Memories;

public sealed class SearchTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_memory_is_found_as_soon_as_its_write_is_acknowledged_and_never_again_once_it_is_deleted()
    {
        for (var i = 0; i < 30; i++)
        {
            (await _service.SendAsync("PUT", $"memories/m{i}", $$"""{"text":"the parrot number{{i}} speaks"}""")).Status.ShouldBe(201);
            Ids(await SearchAsync(_service, $"number{i} parrot")).First().ShouldBe($"m{i}");
        }
        for (var i = 0; i < 30; i++)
        {
            (await _service.SendAsync("DELETE", $"memories/m{i}")).Status.ShouldBe(204);
            Ids(await SearchAsync(_service, $"number{i} parrot")).ShouldNotContain($"m{i}");
        }
    }

    [Fact]
    public async Task An_answer_tells_what_was_found_and_why_and_at_which_version()
    {
        await _service.SendAsync("PUT", "memories/tea", """{"text":"Ann likes green tea","metadata":{"n":1}}""");
        await _service.SendAsync("PUT", "memories/bus", """{"text":"The bus is late"}""");
        var found = await SearchAsync(_service, "green tea");
        found.Status.ShouldBe(200, found.Text);
        found.Headers["Memory-Version"].ShouldBe("2");
        found.Headers["Memory-Consistency"].ShouldBe("session");
        found.Json.GetProperty("version").GetInt64().ShouldBe(2);
        found.Json.GetProperty("mode").GetString().ShouldBe("keyword", "there is no model");
        var item = found.Json.GetProperty("items").EnumerateArray().Single();
        item.GetProperty("id").GetString().ShouldBe("tea");
        item.GetProperty("etag").GetString().ShouldBe("1.0");
        item.GetProperty("score").GetDouble().ShouldBeInRange(0.01, 1);
        item.GetProperty("matched").EnumerateArray().Select(reason => reason.GetString()).ShouldContain("keyword");
        item.GetProperty("memory").GetProperty("metadata").GetRawText().ShouldBe("""{"n":1}""");
        item.TryGetProperty("context", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_writer_finds_its_memory_on_every_node_with_its_token()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        Ids(await SearchAsync(cluster.Nodes[1], "parrot")).ShouldBeEmpty();
        for (var i = 0; i < 20; i++)
        {
            var put = await cluster.Nodes[0].SendAsync("PUT", $"memories/m{i}", $$"""{"text":"parrot number{{i}}"}""");
            var found = await SearchAsync(cluster.Nodes[1], $"parrot number{i}", "", "Memory-Token: " + put.Token);
            Ids(found).ShouldContain($"m{i}");
            var deleted = await cluster.Nodes[1].SendAsync("DELETE", $"memories/m{i}", null, "Memory-Token: " + found.Token);
            Ids(await SearchAsync(cluster.Nodes[0], $"parrot number{i}", "", "Memory-Token: " + deleted.Token)).ShouldNotContain($"m{i}");
            Ids(await SearchAsync(cluster.Nodes[0], $"parrot number{i}", "", "Memory-Consistency: strong")).ShouldNotContain($"m{i}");
        }
    }

    [Fact]
    public async Task Filters_are_obeyed()
    {
        await _service.SendAsync("PUT", "memories/a", """{"text":"parrot a","tags":["x","y"],"agent":"Ann","importance":0.9,"at":"2026-01-01","source":{"session":"s1"}}""");
        await _service.SendAsync("PUT", "memories/b", """{"text":"parrot b","tags":["x"],"agent":"Bob","importance":0.1,"at":"2026-02-01","validTo":"2026-02-02"}""");
        await _service.SendAsync("PUT", "memories/c", """{"text":"parrot c","at":"2026-03-01","validFrom":"2020-01-01"}""");
        foreach (var (filter, expected) in new[]
                 {
                     ("{}", "a c"), ("""{"includeInvalid":true}""", "a b c"), ("""{"asOf":"2026-02-01T12:00:00Z"}""", "a b c"), ("""{"asOf":"2019-01-01"}""", "a b"),
                     ("""{"tags":["x"],"includeInvalid":true}""", "a b"), ("""{"tags":["x","y"]}""", "a"), ("""{"agents":["Bob","Ann"],"includeInvalid":true}""", "a b"),
                     ("""{"session":"s1"}""", "a"), ("""{"from":"2026-01-15"}""", "c"), ("""{"to":"2026-01-15"}""", "a"), ("""{"minImportance":0.5}""", "a c"),
                 })
            string.Join(' ', Ids(await SearchAsync(_service, "parrot", $"\"filter\":{filter}")).Order()).ShouldBe(expected, filter);
    }

    [Fact]
    public async Task The_turns_around_a_hit_come_with_it()
    {
        for (var turn = 1; turn <= 9; turn++)
            await _service.SendAsync("POST", "memories", $$"""{"text":"{{(turn == 5 ? "the parrot" : $"turn {turn}")}}","source":{"session":"s","turn":{{turn}} } }""");
        await _service.SendAsync("POST", "memories", """{"text":"elsewhere","source":{"session":"t","turn":5}}""");
        var found = await SearchAsync(_service, "parrot", "\"context\":2,\"limit\":1");
        var context = found.Json.GetProperty("items")[0].GetProperty("context").EnumerateArray();
        context.Select(near => near.GetProperty("memory").GetProperty("text").GetString()).ShouldBe(["turn 3", "turn 4", "turn 6", "turn 7"]);
    }

    [Fact]
    public async Task The_best_hits_that_fit_the_tokens_are_given()
    {
        await _service.SendAsync("PUT", "memories/long", $$"""{"text":"parrot parrot {{new string('x', 400)}}"}""");
        await _service.SendAsync("PUT", "memories/short", """{"text":"parrot and cat"}""");
        var all = await SearchAsync(_service, "parrot");
        Ids(all).Count().ShouldBe(2);
        var some = await SearchAsync(_service, "parrot", "\"maxTokens\":10");
        Ids(some).ShouldBe(["short"]);
        some.Json.GetProperty("left").GetInt32().ShouldBe(1);
        Ids(await SearchAsync(_service, "parrot", "\"maxTokens\":1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Large_hits_do_not_make_a_large_answer()
    {
        for (var i = 0; i < 6; i++)
            await _service.SendAsync("PUT", $"memories/m{i}", $$"""{"text":"parrot {{i}}","metadata":"{{new string('x', 1024 * 1024 - 200)}}"}""");
        var found = await SearchAsync(_service, "parrot");
        found.Body.Length.ShouldBeLessThan(4 * 1024 * 1024);
        Ids(found).Count().ShouldBe(3);
        found.Json.GetProperty("left").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task What_has_expired_is_not_found_any_more()
    {
        var time = new ManualTime();
        await using var cluster = await TestCluster.StartAsync(1, time: time);
        await cluster.Nodes[0].SendAsync("PUT", "memories/m", """{"text":"parrot","ttl":60}""");
        Ids(await SearchAsync(cluster.Nodes[0], "parrot")).ShouldBe(["m"]);
        time.Advance(TimeSpan.FromSeconds(61));
        Ids(await SearchAsync(cluster.Nodes[0], "parrot")).ShouldBeEmpty();
        Ids(await SearchAsync(await cluster.AddAsync(), "parrot")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_superseded_memory_is_found_as_of_its_time_only()
    {
        await _service.SendAsync("PUT", "memories/london", """{"text":"Ann lives in London","validFrom":"2020-01-01"}""");
        await _service.SendAsync("PUT", "memories/paris", """{"text":"Ann lives in Paris","validFrom":"2024-01-01","supersedes":"london"}""");
        Ids(await SearchAsync(_service, "Where does Ann live?")).ShouldBe(["paris"]);
        Ids(await SearchAsync(_service, "Where does Ann live?", "\"filter\":{\"asOf\":\"2022-01-01\"}")).ShouldBe(["london"]);
    }

    [Fact]
    public async Task Links_are_told_either_way()
    {
        await _service.SendAsync("PUT", "memories/a", """{"text":"a","links":[{"to":"b","type":"about"},{"to":"gone","type":"about"}]}""");
        await _service.SendAsync("PUT", "memories/b", """{"text":"b"}""");
        await _service.SendAsync("PUT", "memories/c", """{"text":"c","supersedes":"b","links":[{"to":"a","type":"from"}]}""");
        (await LinksAsync("a")).ShouldBe(("b about, gone about", "c from"));
        (await LinksAsync("b")).ShouldBe(("", "a about, c supersedes"));
        await _service.SendAsync("DELETE", "memories/a");
        (await LinksAsync("b")).ShouldBe(("", "c supersedes"));
        (await _service.SendAsync("GET", "memories/a/links")).ShouldBeProblem(404, "not-found");

        async Task<(string, string)> LinksAsync(string id)
        {
            var links = (await _service.SendAsync("GET", $"memories/{id}/links")).Json;
            return (Text(links.GetProperty("outgoing")), Text(links.GetProperty("incoming")));
        }

        static string Text(JsonElement links) => string.Join(", ", links.EnumerateArray().Select(link => $"{link.GetProperty("id").GetString()} {link.GetProperty("type").GetString()}"));
    }

    [Fact]
    public async Task A_search_of_an_empty_space_finds_nothing()
    {
        var found = await SearchAsync(_service, "anything");
        found.Status.ShouldBe(200, found.Text);
        found.Text.ShouldBe("""{"version":0,"mode":"keyword","items":[]}""");
    }

    [Fact]
    public async Task While_the_store_is_down_an_open_space_is_searched_on_and_a_cold_one_is_503()
    {
        await using var cluster = await TestCluster.StartAsync(1, settings: ("Spaces:ReadTimeout", "00:00:00.200"));
        await cluster.Nodes[0].SendAsync("PUT", "memories/m", """{"text":"parrot"}""");
        Ids(await SearchAsync(cluster.Nodes[0], "parrot")).ShouldBe(["m"]);
        var cold = await cluster.AddAsync();
        (await cold.SendAsync("GET", "memories/m")).Status.ShouldBe(200);
        cluster.TakeStoreDown();
        Ids(await SearchAsync(cluster.Nodes[0], "parrot")).ShouldBe(["m"]);
        (await SearchAsync(cluster.Nodes[0], "parrot", "", "Memory-Consistency: strong")).ShouldBeProblem(503, "unavailable");
        (await SearchAsync(cold, "parrot")).ShouldBeProblem(503, "unavailable");
        cluster.BringStoreBack();
        Ids(await SearchAsync(cold, "parrot")).ShouldBe(["m"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"query":""}""")]
    [InlineData("""{"query":" "}""")]
    [InlineData("""{"query":1}""")]
    [InlineData("""{"query":"\udc00"}""")]
    [InlineData("""{"query":"a","mode":"Hybrid"}""")]
    [InlineData("""{"query":"a","mode":"fuzzy"}""")]
    [InlineData("""{"query":"a","limit":0}""")]
    [InlineData("""{"query":"a","limit":101}""")]
    [InlineData("""{"query":"a","limit":1.5}""")]
    [InlineData("""{"query":"a","minScore":2}""")]
    [InlineData("""{"query":"a","maxTokens":0}""")]
    [InlineData("""{"query":"a","context":6}""")]
    [InlineData("""{"query":"a","context":-1}""")]
    [InlineData("""{"query":"a","filter":[]}""")]
    [InlineData("""{"query":"a","filter":{"tag":"x"}}""")]
    [InlineData("""{"query":"a","filter":{"tags":[null]}}""")]
    [InlineData("""{"query":"a","filter":{"agents":[]}}""")]
    [InlineData("""{"query":"a","filter":{"agents":[null]}}""")]
    [InlineData("""{"query":"a","filter":{"session":"a b"}}""")]
    [InlineData("""{"query":"a","filter":{"from":"2026-02-01","to":"2026-01-01"}}""")]
    [InlineData("""{"query":"a","filter":{"minImportance":-1}}""")]
    [InlineData("""{"query":"a","filter":{"asOf":"soon"}}""")]
    [InlineData("""{"query":"a","more":1}""")]
    public async Task Searches_that_break_a_rule_are_refused(string body) =>
        (await _service.SendAsync("POST", "memories/search", body)).ShouldBeProblem(422, "invalid-request");

    [Fact]
    public async Task Queries_have_a_limit()
    {
        (await SearchAsync(_service, new string('x', 4096))).Status.ShouldBe(200);
        (await SearchAsync(_service, new string('x', 4097))).ShouldBeProblem(422, "invalid-request");
        (await SearchAsync(_service, new string('x', 100_000))).ShouldBeProblem(413, "value-too-large");
        (await _service.SendAsync("POST", "memories/search", "{")).ShouldBeProblem(400, "invalid-json");
    }

    internal static Task<Answer> SearchAsync(TestService service, string query, string more = "", params string[] headers) =>
        service.SendAsync("POST", "memories/search", $"{{\"query\":{JsonSerializer.Serialize(query)}{(more.Length > 0 ? "," + more : "")}}}", headers);

    internal static IEnumerable<string> Ids(Answer found)
    {
        found.Status.ShouldBe(200, found.Text);
        return found.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
    }
}
