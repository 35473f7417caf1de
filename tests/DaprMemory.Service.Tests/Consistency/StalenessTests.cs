using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class StalenessTests : IAsyncLifetime
{
    const string Eventual = "Memory-Consistency: eventual";

    readonly ManualTime _time = new();
    TestCluster _cluster = null!;

    TestService One => _cluster.Nodes[0];

    TestService Two => _cluster.Nodes[1];

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(2, time: _time);
        await One.SendAsync("PUT", "state/k", "1");
        (await Two.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData("state/k")]
    [InlineData("state")]
    [InlineData("commits")]
    public async Task An_eventual_answer_is_as_old_as_it_says_and_no_older_than_the_bound(string path)
    {
        await One.SendAsync("PUT", "state/k", "2");
        _time.Advance(TimeSpan.FromSeconds(2.5));
        (await ReadAsync(path, Eventual)).ShouldBe(("eventual", "1", "3"));
        _time.Advance(TimeSpan.FromSeconds(2.5));
        (await ReadAsync(path, Eventual)).ShouldBe(("eventual", "1", "5"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await ReadAsync(path, Eventual)).ShouldBe(("eventual", "2", "0"));
    }

    [Fact]
    public async Task A_session_that_has_seen_nothing_is_bounded_alike_and_its_answers_need_not_say_so()
    {
        await One.SendAsync("PUT", "state/k", "2");
        _time.Advance(TimeSpan.FromSeconds(5));
        (await ReadAsync("state/k")).ShouldBe(("session", "1", null));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await ReadAsync("state/k")).ShouldBe(("session", "2", null));
    }

    [Fact]
    public async Task While_the_store_is_down_open_spaces_are_served_and_answers_say_how_old_they_may_be()
    {
        var seen = (await Two.SendAsync("GET", "state/k")).Token;
        var newer = (await One.SendAsync("PUT", "state/k", "2")).Token;
        _cluster.TakeStoreDown();
        _time.Advance(TimeSpan.FromMinutes(1));

        (await ReadAsync("state/k", Eventual)).ShouldBe(("eventual", "1", "60"));
        (await ReadAsync("state/k")).ShouldBe(("session", "1", "60"));
        (await ReadAsync("state/k", "Memory-Token: " + seen)).ShouldBe(("session", "1", "60"));
        (await ReadAsync("state/k", "Memory-Token: " + seen, "Memory-Consistency: causal")).ShouldBe(("causal", "1", "60"));
        (await ReadAsync("state/k", Eventual, "Memory-Token: " + newer)).ShouldBe(("eventual", "1", "60"));

        (await Two.SendAsync("GET", "state/k", null, "Memory-Consistency: strong")).ShouldBeProblem(503, "unavailable");
        (await Two.SendAsync("GET", "state/k", null, "Memory-Token: " + newer)).ShouldBeProblem(503, "unavailable");
        foreach (var level in new[] { "eventual", "session", "causal", "strong" })
            (await Two.SendAsync("GET", "/v1/acme/cold/state/k", null, "Memory-Consistency: " + level)).ShouldBeProblem(503, "unavailable");
    }

    [Fact]
    public async Task A_token_never_loses_what_an_eventual_answer_is_too_old_for()
    {
        var newer = (await One.SendAsync("PUT", "state/k", "2")).Token;
        var old = await Two.SendAsync("GET", "state/k", null, Eventual, "Memory-Token: " + newer);
        old.Text.ShouldBe("1");
        (await Two.SendAsync("GET", "state/k", null, "Memory-Token: " + old.Token)).Text.ShouldBe("2");
    }

    [Fact]
    public async Task Misses_and_ages_are_measured()
    {
        await ReadAsync("state/k", Eventual);
        _cluster.TakeStoreDown();
        await Two.SendAsync("GET", "state/k", null, "Memory-Consistency: strong");
        var metrics = (await Two.SendAsync("GET", "/metrics")).Text;
        metrics.ShouldContain("memory_node_level_misses{level=\"strong\"}");
        metrics.ShouldContain("memory_node_staleness_seconds_count");
        metrics.ShouldContain("memory_node_read_latency_seconds_count{level=\"eventual\"}");
    }

    async Task<(string Level, string Version, string? Staleness)> ReadAsync(string path, params string[] headers)
    {
        var answer = await Two.SendAsync("GET", path, null, headers);
        answer.Status.ShouldBe(200, answer.Text);
        return (answer.Headers["Memory-Consistency"], answer.Headers["Memory-Version"], answer.Headers.GetValueOrDefault("Memory-Staleness"));
    }
}
