using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class CausalTests : IAsyncLifetime
{
    const string Causal = "Memory-Consistency: causal";

    // Too long to fit again where a token has a little room left.
    const string First = "the-space-that-is-forgotten-before-all-others";

    TestCluster _cluster = null!;

    TestService One => _cluster.Nodes[0];

    TestService Two => _cluster.Nodes[1];

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(2);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_a_write_depended_on_in_another_space_is_seen_by_whoever_reads_the_write()
    {
        // Node two knows the question's space from before the question.
        await PutAsync(One, "questions", "q", "0");
        (await GetAsync(Two, "questions", "q")).Text.ShouldBe("0");

        var asked = await PutAsync(One, "questions", "q", "1");
        var answered = await PutAsync(One, "answers", "a", "42", asked.Token);

        // Somebody else, with nothing seen, reads the answer, and then looks for the question at a node that has not heard of it.
        var answer = await GetAsync(Two, "answers", "a", null, Causal);
        answer.Text.ShouldBe("42");
        var question = await GetAsync(Two, "questions", "q", answer.Token, Causal);
        question.Text.ShouldBe("1");
        question.Headers["Memory-Consistency"].ShouldBe("causal");
        answered.Status.ShouldBe(201);
    }

    [Fact]
    public async Task Dependencies_reach_over_a_third_space_to_a_reader_who_never_saw_the_first()
    {
        await PutAsync(One, "a", "k", "0");
        await GetAsync(Two, "a", "k");
        var a = await PutAsync(One, "a", "k", "1");
        await PutAsync(One, "b", "k", "1", a.Token);
        var b = await GetAsync(Two, "b", "k");
        await PutAsync(Two, "c", "k", "1", b.Token);
        var c = await GetAsync(One, "c", "k");
        (await GetAsync(Two, "a", "k", c.Token, Causal)).Text.ShouldBe("1");
    }

    [Fact]
    public async Task Without_the_token_or_the_level_a_node_serves_what_it_has()
    {
        await PutAsync(One, "a", "k", "0");
        await GetAsync(Two, "a", "k");
        var a = await PutAsync(One, "a", "k", "1");
        (await GetAsync(Two, "a", "k", null, Causal)).Text.ShouldBe("0");
        (await GetAsync(Two, "a", "k", a.Token, "Memory-Consistency: eventual")).Text.ShouldBe("0");
    }

    [Fact]
    public async Task A_commit_names_only_what_is_news_to_its_space()
    {
        var a = await PutAsync(One, "a", "k", "1");
        var b = await PutAsync(One, "b", "k", "1", a.Token);
        await PutAsync(One, "b", "k", "2", b.Token);
        var commits = (await One.SendAsync("GET", "/v1/acme/b/commits")).Json.GetProperty("items");
        commits[0].GetProperty("entries")[0].GetProperty("deps").GetRawText().ShouldBe("""{"a":1}""");
        commits[1].GetProperty("entries")[0].TryGetProperty("deps", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_whose_token_overflowed_still_reads_everything_it_saw()
    {
        await PutAsync(One, First, "k", "0");
        await GetAsync(Two, First, "k");
        var token = (await PutAsync(One, First, "k", "1")).Token;
        for (var i = 0; i < 60; i++)
            token = (await PutAsync(One, $"a-space-with-a-long-name-{i}", "k", "1", token)).Token;
        token.Length.ShouldBeLessThanOrEqualTo(1024);

        var causal = await GetAsync(Two, First, "k", token, Causal);
        causal.Text.ShouldBe("1");
        causal.Headers["Memory-Consistency"].ShouldBe("strong");
    }

    [Fact]
    public async Task A_session_whose_token_overflowed_still_reads_its_writes()
    {
        await PutAsync(One, First, "k", "0");
        await GetAsync(Two, First, "k");
        var token = (await PutAsync(One, First, "k", "1")).Token;
        for (var i = 0; i < 60; i++)
            token = (await PutAsync(One, $"a-space-with-a-long-name-{i}", "k", "1", token)).Token;
        (await GetAsync(Two, First, "k", token)).Text.ShouldBe("1");
    }

    [Fact]
    public async Task A_reader_of_what_an_overflowed_token_wrote_misses_nothing_either()
    {
        await PutAsync(One, First, "k", "0");
        await GetAsync(Two, First, "k");
        var token = (await PutAsync(One, First, "k", "1")).Token;
        for (var i = 0; i < 60; i++)
            token = (await PutAsync(One, $"a-space-with-a-long-name-{i}", "k", "1", token)).Token;
        await PutAsync(One, "last", "k", "1", token);

        var last = await GetAsync(Two, "last", "k", null, Causal);
        (await GetAsync(Two, First, "k", last.Token, Causal)).Text.ShouldBe("1");
        // But it is not this session's own: nothing is promised to it below causal, and nothing paid for.
        (await GetAsync(Two, "elsewhere", "k", last.Token)).Headers["Memory-Consistency"].ShouldBe("session");
    }

    [Fact]
    public async Task While_the_store_is_down_a_causal_read_that_would_need_it_says_so()
    {
        await PutAsync(One, "a", "k", "0");
        await GetAsync(Two, "a", "k");
        var a = await PutAsync(One, "a", "k", "1");
        _cluster.TakeStoreDown();
        (await GetAsync(Two, "a", "k", a.Token, Causal)).ShouldBeProblem(503, "unavailable");
        (await GetAsync(One, "a", "k", a.Token, Causal)).Text.ShouldBe("1");
    }

    static Task<Answer> PutAsync(TestService node, string space, string key, string value, string? token = null) =>
        node.SendAsync("PUT", $"/v1/acme/{space}/state/{key}", value, token is null ? [] : ["Memory-Token: " + token]);

    static Task<Answer> GetAsync(TestService node, string space, string key, string? token = null, params string[] headers) =>
        node.SendAsync("GET", $"/v1/acme/{space}/state/{key}", null, token is null ? headers : [.. headers, "Memory-Token: " + token]);
}
