using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.State;

public sealed class ETagTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("PUT", "2")]
    [InlineData("PATCH", "{}")]
    [InlineData("DELETE", null)]
    public async Task A_write_with_a_stale_etag_is_refused_and_told_the_current_one(string method, string? body)
    {
        var stale = (await _service.SendAsync("PUT", "state/k", "1")).ETag;
        var current = (await _service.SendAsync("PUT", "state/k", "{}")).ETag;
        var refused = await _service.SendAsync(method, "state/k", body, "If-Match: " + stale);
        var problem = refused.ShouldBeProblem(412, "precondition-failed");
        problem.GetProperty("key").GetString().ShouldBe("k");
        problem.GetProperty("etag").GetString().ShouldBe(current!.Trim('"'));
        problem.TryGetProperty("index", out _).ShouldBeFalse();
        refused.Headers["Memory-Version"].ShouldBe("2");
        (await _service.SendAsync("GET", "state/k")).ETag.ShouldBe(current);

        (await _service.SendAsync(method, "state/k", body, "If-Match: " + current)).Status.ShouldBeInRange(200, 204);
    }

    [Theory]
    [InlineData("\"1.0\"", 200)]
    [InlineData("\"9.9\", \"1.0\"", 200)]
    [InlineData("*", 200)]
    [InlineData("W/\"1.0\"", 412)]
    [InlineData("\"someone-else's\"", 412)]
    [InlineData("\"01.0\"", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"0.0\"", 412)]
    public async Task If_match_compares_strongly_and_foreign_tags_never_match(string header, int status)
    {
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("PUT", "state/k", "2", "If-Match: " + header)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task If_none_match_star_lets_only_one_create()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            _service.SendAsync("PUT", "state/k", $"{i}", "If-None-Match: *")));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 412).ShouldBe(19);
    }

    [Fact]
    public async Task If_match_on_a_missing_record_fails_without_an_etag()
    {
        foreach (var header in new[] { "*", "\"1.0\"" })
        {
            (await _service.SendAsync("PUT", "state/none", "1", "If-Match: " + header))
                .ShouldBeProblem(412, "precondition-failed").TryGetProperty("etag", out _).ShouldBeFalse();
        }
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Contradicting_preconditions_never_hold()
    {
        (await _service.SendAsync("PUT", "state/k", "1", "If-Match: *", "If-None-Match: *")).Status.ShouldBe(412);
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("PUT", "state/k", "1", "If-Match: *", "If-None-Match: *")).Status.ShouldBe(412);
    }

    [Fact]
    public async Task A_record_deleted_and_created_again_never_accepts_an_old_etag()
    {
        var old = new List<string>();
        for (var life = 0; life < 3; life++)
        {
            old.Add((await _service.SendAsync("PUT", "state/k", "1")).ETag!);
            old.Add((await _service.SendAsync("PUT", "state/k", "1")).ETag!);
            old.Add((await _service.SendAsync("DELETE", "state/k")).ETag!);
        }
        var current = (await _service.SendAsync("PUT", "state/k", "1")).ETag!;
        old.ShouldNotContain(current);
        old.ShouldBeUnique();
        foreach (var etag in old)
            (await _service.SendAsync("PUT", "state/k", "2", "If-Match: " + etag)).Status.ShouldBe(412);
        (await _service.SendAsync("PUT", "state/k", "2", "If-Match: " + current)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_etag_from_another_shard_is_looked_for_before_it_is_refused()
    {
        var store = new InMemoryCommitStore();
        await using var one = await TestService.StartAsync(store);
        await using var two = await TestService.StartAsync(store);
        await two.SendAsync("PUT", "state/k", "1");
        (await one.SendAsync("GET", "state/k")).Status.ShouldBe(200);
        var etag = (await two.SendAsync("PUT", "state/k", "2")).ETag;
        (await one.SendAsync("PUT", "state/k", "3", "If-Match: " + etag)).Status.ShouldBe(200);
    }
}
