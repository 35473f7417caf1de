using System.Text;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Client.Tests;

public sealed class SpaceMemoriesTests
{
    const string Stored = """{"id":"tea","etag":"3.1","expiresAt":"2027-01-01T00:00:00Z","memory":{"text":"Ann likes tea","agent":"bot","at":"2026-03-01T09:30:00.000Z","links":[{"to":"b","type":"about"}],"metadata":{"n" : 1}}}""";

    static readonly DateTimeOffset At = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Add_sends_what_is_given_and_nothing_else()
    {
        await using var service = await ScriptedService.StartAsync(Added(201, """{"id":"x","etag":"4.0","version":4,"similar":[{"id":"y","score":0.9}]}"""), Added(201, """{"id":"x","etag":"4.0","version":4}"""));
        using var client = new MemoryClient(service.Address);
        var memories = client.Space("notes").Memories;

        var result = await memories.AddAsync(new NewMemory("Ann likes tea")
        {
            Tags = ["taste"], Source = new MemorySource("s", 3), At = At, TimeToLive = TimeSpan.FromMinutes(1), Supersedes = "old", Metadata = "{\"n\" : 1.0}"u8.ToArray(),
        });
        await memories.AddAsync(new NewMemory("plain"), new WriteOptions { IdempotencyKey = "mine", Agent = "scout" });

        var added = result.ShouldBeOfType<AddResult.Added>();
        (added.Id, added.ETag).ShouldBe(("x", new ETag(4, 0)));
        added.Similar.ShouldBe([new MemorySimilarity("y", 0.9)]);
        (service.Requests[0].Method, service.Requests[0].Target).ShouldBe(("POST", "/v1/default/notes/memories"));
        Encoding.UTF8.GetString(service.Requests[0].Body).ShouldBe(
            """{"text":"Ann likes tea","at":"2026-03-01T09:30:00+00:00","tags":["taste"],"source":{"session":"s","turn":3},"supersedes":"old","metadata":{"n" : 1.0},"ttl":60}""");
        service.Requests[0].Header("Idempotency-Key").ShouldNotBeNullOrEmpty();
        Encoding.UTF8.GetString(service.Requests[1].Body).ShouldBe("""{"text":"plain"}""");
        (service.Requests[1].Header("Idempotency-Key"), service.Requests[1].Header("Memory-Agent")).ShouldBe(("mine", "scout"));
    }

    [Fact]
    public async Task What_an_add_can_come_to_is_a_result()
    {
        await using var service = await ScriptedService.StartAsync(
            Added(200, """{"id":"x","etag":"4.0","version":5,"duplicate":true}"""),
            Added(200, """{"id":"y","etag":"4.0","version":5,"merged":true}"""),
            Answers.Problem(412, "precondition-failed", ",\"key\":\"tea\",\"etag\":\"9.0\""),
            Answers.Problem(404, "not-found", ",\"key\":\"old\""));
        using var client = new MemoryClient(service.Address);
        var memories = client.Space("notes").Memories;
        (await memories.AddAsync(new NewMemory("a"))).ShouldBe(new AddResult.Known("x", new ETag(4, 0), IsMerged: false));
        (await memories.AddAsync(new NewMemory("a"))).ShouldBe(new AddResult.Known("y", new ETag(4, 0), IsMerged: true));
        (await memories.AddAsync(new NewMemory("a") { Id = "tea" })).ShouldBe(new AddResult.Taken("tea", new ETag(9, 0)));
        (await memories.AddAsync(new NewMemory("a") { Supersedes = "old" })).ShouldBe(new AddResult.NotFound("old"));
        await Should.ThrowAsync<ArgumentException>(() => memories.AddAsync(new NewMemory("a"), new WriteOptions { IfAbsent = true }));
        await Should.ThrowAsync<ArgumentException>(() => memories.AddAsync(new NewMemory("a"), new WriteOptions { Tags = ["t"] }));
    }

    [Fact]
    public async Task A_batch_is_sent_whole_and_tells_of_each()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"version":7,"etag":"7.0","items":[{"id":"a","etag":"7.0","created":true},{"id":"b","etag":"2.0","created":false,"duplicate":true}]}"""),
            Answers.Problem(412, "precondition-failed", ",\"key\":\"b\",\"etag\":\"9.0\",\"index\":1"),
            Answers.Problem(404, "not-found", ",\"key\":\"old\",\"index\":0"));
        using var client = new MemoryClient(service.Address);
        var memories = client.Space("notes").Memories;
        NewMemory[] some = [new("one"), new("two") { Id = "b" }];
        var done = (await memories.AddAsync(some)).ShouldBeOfType<BatchResult.Committed>();
        done.Version.ShouldBe(7);
        done.Items.ShouldBe([new BatchItem("a", new ETag(7, 0), true), new BatchItem("b", new ETag(2, 0), false, true)]);
        (await memories.AddAsync(some, replace: true)).ShouldBe(new BatchResult.Taken(1, "b", new ETag(9, 0)));
        (await memories.AddAsync(some)).ShouldBe(new BatchResult.NotFound(0, "old"));
        service.Requests[0].Target.ShouldBe("/v1/default/notes/memories/batch");
        Encoding.UTF8.GetString(service.Requests[0].Body).ShouldBe("""{"memories":[{"text":"one"},{"text":"two","id":"b"}]}""");
        Encoding.UTF8.GetString(service.Requests[1].Body).ShouldBe("""{"memories":[{"text":"one","op":"put"},{"text":"two","id":"b","op":"put"}]}""");
    }

    [Fact]
    public async Task Put_get_and_delete_name_the_memory_and_carry_their_conditions()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Written("4.2", 4, 200), Answers.Written("5.0", 5, 204), Answers.Json(Stored), Answers.Problem(404, "not-found"));
        using var client = new MemoryClient(service.Address);
        var memories = client.Space("notes").Memories;
        (await memories.PutAsync("tea", new NewMemory("a"), new WriteOptions { IfMatch = new ETag(3, 0) })).ShouldBe(new WriteResult.Written(new ETag(4, 2), Created: false));
        (await memories.DeleteAsync("tea", new WriteOptions { IfMatch = new ETag(4, 2) })).ShouldBeOfType<WriteResult.Written>();
        var read = (await memories.GetAsync("tea", asOf: At.ToOffset(TimeSpan.FromHours(2)), new ReadOptions { At = 3, Consistency = ConsistencyLevel.Strong })).ShouldNotBeNull();
        (await memories.GetAsync("tea")).ShouldBeNull();

        (read.Id, read.ETag, read.Memory.Text, read.Memory.At).ShouldBe(("tea", new ETag(3, 1), "Ann likes tea", At));
        read.Memory.Links.ShouldBe([new MemoryLink("b", "about")]);
        Encoding.UTF8.GetString(read.Memory.Metadata!.Value.Span).ShouldBe("""{"n" : 1}""");
        (service.Requests[0].Method, service.Requests[0].Header("If-Match")).ShouldBe(("PUT", "\"3.0\""));
        (service.Requests[1].Method, service.Requests[1].Target).ShouldBe(("DELETE", "/v1/default/notes/memories/tea"));
        service.Requests[2].Target.ShouldBe("/v1/default/notes/memories/tea?at=3&asOf=2026-03-01T09%3A30%3A00.000Z");
        service.Requests[2].Header("Memory-Consistency").ShouldBe("strong");
    }

    [Fact]
    public async Task A_search_over_spaces_sends_what_was_seen_of_them_and_learns_from_all()
    {
        string seen = Token(("a", 5), ("b", 6)), learnt = $"{Token(("a", 7))},{Token(("b", 9))}";
        await using var service = await ScriptedService.StartAsync(
            Answers.Value("1", "5.0", 5, seen),
            context =>
            {
                context.Response.Headers["Memory-Token"] = learnt;
                return Answers.Json("""
                    {"items":[{"space":"b","id":"tea","etag":"3.1","score":0.5,"matched":["keyword"],"memory":{"text":"t","agent":"Ann","at":"2026-03-01T09:30:00.000Z"}}],
                     "spaces":[{"space":"b","version":9,"mode":"keyword"}],"incomplete":[{"space":"c","reason":"timeout"}],"left":2}
                    """)(context);
            },
            Answers.Json(Stored));
        using var client = new MemoryClient(service.Address);
        await client.Space("a").GetAsync("k");
        var found = await client.SearchAsync("tea", ["a", "b", "c"], new SearchOptions { Limit = 3, Consistency = ConsistencyLevel.Strong }, TimeSpan.FromSeconds(2));
        await client.Space("b").Memories.GetAsync("tea");

        (service.Requests[1].Method, service.Requests[1].Target, service.Requests[1].Header("Memory-Consistency")).ShouldBe(("POST", "/v1/default/search", "strong"));
        Encoding.UTF8.GetString(service.Requests[1].Body).ShouldBe("""{"limit":3,"query":"tea","spaces":["a","b","c"],"timeoutMs":2000}""");
        service.Requests[1].Header("Memory-Token").ShouldBe($"{Token(("a", 5))},{Token(("b", 6))}");
        service.Requests[2].Header("Memory-Token").ShouldBe(Token(("b", 9)));
        (found.Items.Single().Space, found.Items.Single().Id, found.Left).ShouldBe(("b", "tea", 2));
        found.Spaces.ShouldBe([new SearchedSpace("b", 9, "keyword")]);
        found.Incomplete.ShouldBe([new MissingSpace("c", "timeout")]);
        await Should.ThrowAsync<ArgumentException>(() => client.SearchAsync("tea", []));
        await Should.ThrowAsync<ArgumentException>(() => client.SearchAsync("tea", [".."]));
    }

    static string Token(params (string Space, long Version)[] seen)
    {
        var writer = new TokenWriter(new byte[TokenReader.MaxBytes], "default");
        foreach (var (space, version) in seen)
            writer.TryWrite(space, version);
        return writer.Finish(TokenGaps.None);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task An_id_that_breaks_a_rule_is_not_sent(string id)
    {
        await using var service = await ScriptedService.StartAsync();
        using var client = new MemoryClient(service.Address);
        await Should.ThrowAsync<ArgumentException>(() => client.Space("notes").Memories.GetAsync(id));
        await Should.ThrowAsync<ArgumentException>(() => client.Space("notes").Memories.DeleteAsync(id));
        await Should.ThrowAsync<ArgumentException>(() => client.Space("notes").Memories.PutAsync(id, new NewMemory("a")));
    }

    [Fact]
    public async Task A_list_goes_from_page_to_page_even_over_empty_ones()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"items":[],"next":"a","version":9}"""), Answers.Json($$"""{"items":[{{Stored}}],"version":9}"""));
        using var client = new MemoryClient(service.Address);
        var ids = new List<string>();
        await foreach (var memory in client.Space("notes").Memories.ListAsync(new MemoryListOptions { Tag = "x", PageSize = 5 }))
            ids.Add(memory.Id);
        ids.ShouldBe(["tea"]);
        service.Requests.Select(request => request.Target).ShouldBe(["/v1/default/notes/memories?limit=5&tag=x", "/v1/default/notes/memories?after=a&limit=5&tag=x"]);
    }

    [Fact]
    public async Task A_search_sends_the_token_and_reads_hits_with_their_context()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Value("1", "2.0", 2, "token-2"),
            Answers.Json($$"""{"version":9,"mode":"keyword","items":[{"id":"tea","etag":"3.1","score":0.5,"matched":["keyword","time"],"memory":{"text":"t","agent":"a","at":"2026-03-01T09:30:00Z"},"context":[{{Stored}}]}],"left":2}"""));
        using var client = new MemoryClient(service.Address);
        var space = client.Space("notes");
        await space.GetAsync("k");
        var found = await space.Memories.SearchAsync("tea", new SearchOptions { Limit = 5, Context = 1, Filter = new SearchFilter { Tags = ["x"], IncludeInvalid = true }, Consistency = ConsistencyLevel.Causal });

        (found.Version, found.Mode, found.Left, found.Backlog).ShouldBe((9, "keyword", 2, 0));
        var hit = found.Items.Single();
        (hit.Id, hit.ETag, hit.Score, hit.Memory.Text).ShouldBe(("tea", new ETag(3, 1), 0.5, "t"));
        hit.Matched.ShouldBe(["keyword", "time"]);
        hit.Context!.Single().Memory.Text.ShouldBe("Ann likes tea");
        var request = service.Requests[1];
        (request.Method, request.Target, request.Header("Memory-Token"), request.Header("Memory-Consistency")).ShouldBe(("POST", "/v1/default/notes/memories/search", "token-2", "causal"));
        Encoding.UTF8.GetString(request.Body).ShouldBe("""{"limit":5,"context":1,"filter":{"tags":["x"],"includeInvalid":true},"query":"tea"}""");
    }

    [Fact]
    public async Task Links_are_read_either_way()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"id":"a","etag":"3.1","version":4,"outgoing":[{"id":"b","type":"about"}],"incoming":[{"id":"c","type":"similar","score":0.9}]}"""), Answers.Problem(404, "not-found"));
        using var client = new MemoryClient(service.Address);
        var links = (await client.Space("notes").Memories.GetLinksAsync("a")).ShouldNotBeNull();
        links.Outgoing.ShouldBe([new LinkedMemory("b", "about")]);
        links.Incoming.ShouldBe([new LinkedMemory("c", "similar", 0.9)]);
        (await client.Space("notes").Memories.GetLinksAsync("a")).ShouldBeNull();
    }

    static Func<HttpContext, Task> Added(int status, string json) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.ETag = "\"4.0\"";
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    };
}
