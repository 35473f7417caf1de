using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Memories;

public sealed class MemoryTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_memory_is_read_back_as_it_was_added()
    {
        var added = await _service.SendAsync(
            "POST", "memories",
            """
            {"text":"Ann likes tea","tags":["taste"],"importance":0.8,"source":{"session":"s1","turn":3},"validFrom":"2026-01-01T00:00:00+02:00",
             "links":[{"to":"other","type":"about"}],"at":"2026-03-01T09:30:00","metadata":{"n" : 1.0}}
            """,
            "Memory-Agent: bot");
        added.Status.ShouldBe(201, added.Text);
        var id = added.Json.GetProperty("id").GetString();
        id!.Length.ShouldBe(32);
        added.ETag.ShouldBe("\"1.0\"");
        added.Headers["Memory-Version"].ShouldBe("1");

        var read = await _service.SendAsync("GET", $"memories/{id}");
        read.Status.ShouldBe(200, read.Text);
        read.ETag.ShouldBe("\"1.0\"");
        read.Json.GetProperty("etag").GetString().ShouldBe("1.0");
        read.Json.GetProperty("memory").GetRawText().ShouldBe(
            """{"text":"Ann likes tea","agent":"bot","at":"2026-03-01T09:30:00.000Z","tags":["taste"],"importance":0.8,"source":{"session":"s1","turn":3},"validFrom":"2025-12-31T22:00:00.000Z","links":[{"to":"other","type":"about"}],"metadata":{"n" : 1.0}}""");
        (await _service.SendAsync("GET", $"memories/{id}", null, "If-None-Match: \"1.0\"")).Status.ShouldBe(304);
    }

    [Fact]
    public async Task The_same_text_is_one_memory()
    {
        var first = await _service.SendAsync("POST", "memories", """{"text":"Ann likes tea"}""");
        foreach (var text in new[] { "Ann likes tea", "  ann\\tLIKES  \\n tea ", "Ａnn likes\\u00a0tea" })
        {
            var again = await _service.SendAsync("POST", "memories", $$"""{"text":"{{text}}","agent":"someone"}""");
            again.Status.ShouldBe(200, again.Text);
            again.Text.ShouldBe($$"""{"id":"{{first.Json.GetProperty("id").GetString()}}","etag":"1.0","version":1,"duplicate":true}""");
            again.ETag.ShouldBe("\"1.0\"");
        }
        (await _service.SendAsync("POST", "memories", """{"text":"Ann likes coffee"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task The_same_sentence_in_two_turns_is_two_memories_and_in_one_turn_one()
    {
        (await _service.SendAsync("POST", "memories", """{"text":"Yes","source":{"session":"s","turn":1}}""")).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "memories", """{"text":"Yes","source":{"session":"s","turn":2}}""")).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "memories", """{"text":"Yes","source":{"session":"t","turn":1}}""")).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "memories", """{"text":"Yes"}""")).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "memories", """{"text":"yes","source":{"session":"s","turn":2}}""")).Json.GetProperty("duplicate").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_deleted_memory_is_gone_and_adding_it_again_creates_it()
    {
        var first = await _service.SendAsync("POST", "memories", """{"text":"Ann likes tea"}""");
        var id = first.Json.GetProperty("id").GetString();
        var deleted = await _service.SendAsync("DELETE", $"memories/{id}");
        deleted.Status.ShouldBe(204);
        deleted.ETag.ShouldBe("\"2.0\"");
        (await _service.SendAsync("GET", $"memories/{id}")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", $"memories/{id}?at=1")).Status.ShouldBe(200);
        (await _service.SendAsync("DELETE", $"memories/{id}")).ShouldBeProblem(404, "not-found");
        var again = await _service.SendAsync("POST", "memories", """{"text":"Ann likes tea"}""");
        again.Status.ShouldBe(201, again.Text);
        again.ETag.ShouldBe("\"3.0\"");
    }

    [Fact]
    public async Task A_given_id_holds_one_memory_and_refuses_another()
    {
        (await _service.SendAsync("POST", "memories", """{"id":"tea","text":"Ann likes tea"}""")).Status.ShouldBe(201);
        var same = await _service.SendAsync("POST", "memories", """{"id":"tea","text":"Ann likes  tea"}""");
        same.Status.ShouldBe(200, same.Text);
        same.Json.GetProperty("duplicate").GetBoolean().ShouldBeTrue();
        var other = (await _service.SendAsync("POST", "memories", """{"id":"tea","text":"Ann hates tea"}""")).ShouldBeProblem(412, "precondition-failed");
        other.GetProperty("etag").GetString().ShouldBe("1.0");
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task PUT_creates_and_replaces_under_preconditions()
    {
        (await _service.SendAsync("PUT", "memories/tea", """{"text":"a"}""", "If-Match: *")).ShouldBeProblem(412, "precondition-failed");
        (await _service.SendAsync("PUT", "memories/tea", """{"text":"a"}""", "If-None-Match: *")).Status.ShouldBe(201);
        (await _service.SendAsync("PUT", "memories/tea", """{"text":"b"}""", "If-None-Match: *")).ShouldBeProblem(412, "precondition-failed");
        (await _service.SendAsync("PUT", "memories/tea", """{"id":"tea","text":"b"}""", "If-Match: \"1.0\"")).Status.ShouldBe(200);
        (await _service.SendAsync("PUT", "memories/tea", """{"text":"c"}""", "If-Match: \"1.0\"")).ShouldBeProblem(412, "precondition-failed");
        (await _service.SendAsync("PUT", "memories/tea", """{"id":"coffee","text":"c"}""")).ShouldBeProblem(422, "invalid-request");
        TextOf(await _service.SendAsync("GET", "memories/tea")).ShouldBe("b");
        TextOf(await _service.SendAsync("GET", "memories/tea?at=1")).ShouldBe("a");
    }

    [Fact]
    public async Task Memories_state_and_their_names_do_not_meet()
    {
        await _service.SendAsync("PUT", "state/tea", "1");
        (await _service.SendAsync("GET", "memories/tea")).ShouldBeProblem(404, "not-found");
        await _service.SendAsync("PUT", "memories/search", """{"text":"a memory may be called so"}""");
        (await _service.SendAsync("GET", "memories/search")).Status.ShouldBe(200);
        (await _service.SendAsync("GET", "state")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await _service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_memory_lives_as_long_as_its_ttl_and_may_then_be_added_again()
    {
        var time = new ManualTime();
        await using var cluster = await TestCluster.StartAsync(1, time: time);
        var node = cluster.Nodes[0];
        var added = await node.SendAsync("POST", "memories", """{"text":"soon gone","ttl":60}""");
        var id = added.Json.GetProperty("id").GetString();
        (await node.SendAsync("GET", $"memories/{id}")).Json.GetProperty("expiresAt").GetDateTimeOffset().ShouldBe(time.GetUtcNow().AddSeconds(60), TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromSeconds(61));
        (await node.SendAsync("GET", $"memories/{id}")).ShouldBeProblem(404, "not-found");
        (await node.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await node.SendAsync("POST", "memories", """{"text":"soon gone","ttl":60}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_list_goes_by_id_page_after_page_and_filters_by_tag()
    {
        foreach (var (id, tag) in new[] { ("b", "x"), ("a", "y"), ("d", "x"), ("c", "x") })
            await _service.SendAsync("PUT", $"memories/{id}", $$"""{"text":"{{id}}","tags":["{{tag}}"]}""");
        var page = (await _service.SendAsync("GET", "memories?limit=2&tag=x")).Json;
        Ids(page).ShouldBe(["b", "c"]);
        page.GetProperty("next").GetString().ShouldBe("c");
        var rest = (await _service.SendAsync("GET", "memories?limit=2&tag=x&after=c")).Json;
        Ids(rest).ShouldBe(["d"]);
        rest.TryGetProperty("next", out _).ShouldBeFalse();
        Ids((await _service.SendAsync("GET", "memories?at=2")).Json).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_page_of_a_list_stays_small_however_large_the_memories()
    {
        var metadata = new string('x', 1024 * 1024 - 200);
        for (var i = 0; i < 5; i++)
            (await _service.SendAsync("PUT", $"memories/m{i}", $$"""{"text":"{{i}}","metadata":"{{metadata}}"}""")).Status.ShouldBe(201);
        var ids = new List<string>();
        for (var after = ""; ;)
        {
            var page = await _service.SendAsync("GET", "memories" + after);
            page.Body.Length.ShouldBeLessThan(4 * 1024 * 1024);
            ids.AddRange(Ids(page.Json));
            if (!page.Json.TryGetProperty("next", out var next))
                break;
            after = "?after=" + next.GetString();
        }
        ids.ShouldBe(["m0", "m1", "m2", "m3", "m4"]);
    }

    [Fact]
    public async Task A_repeat_of_an_add_gets_the_first_answer_even_after_the_memory_was_deleted()
    {
        var first = await _service.SendAsync("POST", "memories", """{"text":"once"}""", "Idempotency-Key: k");
        await _service.SendAsync("DELETE", $"memories/{first.Json.GetProperty("id").GetString()}");
        await using var restarted = await TestService.StartAsync(_store);
        var repeat = await restarted.SendAsync("POST", "memories", """{"text":"once"}""", "Idempotency-Key: k", "Memory-Attempt: 2");
        (repeat.Status, repeat.Text).ShouldBe((201, first.Text));
        (await restarted.SendAsync("POST", "memories", """{"text":"twice"}""", "Idempotency-Key: k")).ShouldBeProblem(422, "idempotency-mismatch");
    }

    [Fact]
    public async Task A_repeat_that_found_a_duplicate_keeps_to_it_even_after_the_memory_was_deleted()
    {
        var id = (await _service.SendAsync("POST", "memories", """{"text":"once"}""")).Json.GetProperty("id").GetString();
        string[] headers = ["Idempotency-Key: k", "Memory-Attempt: 2"];
        var found = await _service.SendAsync("POST", "memories", """{"text":"once"}""", headers);
        found.Status.ShouldBe(200, found.Text);
        found.Json.GetProperty("etag").GetString().ShouldBe("1.0");
        await _service.SendAsync("DELETE", $"memories/{id}");
        await using var restarted = await TestService.StartAsync(_store);
        var repeat = await restarted.SendAsync("POST", "memories", """{"text":"once"}""", headers);
        (repeat.Status, repeat.Text).ShouldBe((200, found.Text));
    }

    static string? TextOf(Answer answer) => answer.Json.GetProperty("memory").GetProperty("text").GetString();

    static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
