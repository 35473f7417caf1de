using System.Text;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Client.Tests;

public sealed class MemorySpaceReadTests
{
    [Fact]
    public async Task Get_of_a_record_gives_its_bytes_and_place()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Value("{ \"a\" : 1.0 }", "3.1", 7));
        using var client = new MemoryClient(service.Address);

        var record = (await client.Space("notes").GetAsync("a/b:c"))!;

        Encoding.UTF8.GetString(record.Value.Span).ShouldBe("{ \"a\" : 1.0 }");
        (record.ETag, record.Version, record.Source).ShouldBe((new ETag(3, 1), 7, "cache"));
        service.Requests.Single().Target.ShouldBe("/v1/default/notes/state/a/b:c");
    }

    [Fact]
    public async Task Get_of_a_missing_record_is_null()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Problem(404, "not-found"));
        using var client = new MemoryClient(service.Address);

        (await client.Space("notes").GetAsync("k")).ShouldBeNull();
    }

    [Fact]
    public async Task Get_from_some_other_server_is_an_error_not_a_missing_record()
    {
        await using var service = await ScriptedService.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        using var client = new MemoryClient(service.Address);

        (await Should.ThrowAsync<MemoryException>(() => client.Space("notes").GetAsync("k"))).IsUnavailable.ShouldBeFalse();
    }

    [Fact]
    public async Task Get_sends_version_consistency_and_agent()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Value("1", "3.0", 3), Answers.Value("1", "3.0", 3));
        using var client = new MemoryClient(service.Address, new MemoryClientOptions { Tenant = "acme", Agent = "scout" });

        await client.Space("notes@draft").GetAsync("k", new ReadOptions { At = 5, Consistency = ConsistencyLevel.Strong });
        await client.Space("notes").GetAsync("k", new ReadOptions { Agent = "other one" });

        service.Requests[0].Target.ShouldBe("/v1/acme/notes@draft/state/k?at=5");
        service.Requests[0].Header("Memory-Consistency").ShouldBe("strong");
        service.Requests.Select(r => r.Header("Memory-Agent")).ShouldBe(["scout", "other one"]);
    }

    [Theory]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("a//b")]
    [InlineData("a?b")]
    [InlineData("")]
    public async Task Keys_that_would_become_another_path_are_never_sent(string key)
    {
        await using var service = await ScriptedService.StartAsync();
        using var client = new MemoryClient(service.Address);

        await Should.ThrowAsync<ArgumentException>(() => client.Space("notes").GetAsync(key));

        service.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Space_names_that_break_the_rule_are_refused(string name)
    {
        using var client = new MemoryClient(new Uri("http://localhost:1"));

        Should.Throw<ArgumentException>(() => client.Space(name));
    }

    [Fact]
    public async Task List_follows_pages_to_the_end()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"items":[{"key":"a b","etag":"1.0","tags":["x"],"expiresAt":"2030-01-01T00:00:00Z"},{"key":"b","etag":"2.0"}],"next":"b","version":2}"""),
            Answers.Json("""{"items":[{"key":"c","etag":"\"2.1\""}],"version":2}"""));
        using var client = new MemoryClient(service.Address);

        var entries = await client.Space("notes").ListAsync(new ListOptions { Prefix = "p/+", PageSize = 2 }).ToListAsync();

        entries.Select(e => e.Key).ShouldBe(["a b", "b", "c"]);
        entries[0].Tags.ShouldBe(["x"]);
        entries[0].ExpiresAt.ShouldBe(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        entries[2].ETag.ShouldBe(new ETag(2, 1));
        service.Requests.Select(r => r.Target).ShouldBe(
            ["/v1/default/notes/state?prefix=p%2F%2B&limit=2", "/v1/default/notes/state?prefix=p%2F%2B&after=b&limit=2"]);
    }

    [Fact]
    public async Task Commits_follow_pages_and_tell_tombstones_from_nulls()
    {
        const string Commit1 = """{"v":1,"n":1,"at":"2026-01-02T03:04:05.678Z","entries":[{"by":"a","changes":[{"key":"k","kind":"state","value":null,"salt":"s"}]}]}""";
        const string Commit2 = """{"v":1,"n":2,"at":"2026-01-02T03:04:06.000Z","entries":[{"by":"b","changes":[{"key":"k","kind":"state","value":null,"was":"1.0"}]}]}""";
        await using var service = await ScriptedService.StartAsync(
            Answers.Json($$"""{"items":[{{Commit1}}],"next":1,"version":2}"""), Answers.Json($$"""{"items":[{{Commit2}}],"version":2}"""));
        using var client = new MemoryClient(service.Address);

        var commits = await client.Space("notes").CommitsAsync().ToListAsync();

        commits.Select(c => c.Number).ShouldBe([1, 2]);
        commits.Select(c => c.Entries.Single().Changes.Single()).ShouldBe([new("state", "k", false), new("state", "k", true)]);
        service.Requests[1].Target.ShouldBe("/v1/default/notes/commits?after=1&limit=256");
    }

    [Fact]
    public async Task An_address_with_a_path_keeps_its_path()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Value("1", "1.0", 1));
        using var client = new MemoryClient(new Uri(service.Address, "/memory"));

        await client.Space("notes").GetAsync("k");

        service.Requests.Single().Target.ShouldBe("/memory/v1/default/notes/state/k");
    }
}
