using System.Text.Json;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Memories;

/// <summary>A search over several spaces as a shard serves it by itself.</summary>
public sealed class SpacesSearchTests
{
    [Fact]
    public async Task A_shard_finds_in_all_spaces_what_a_search_of_each_finds()
    {
        await using var service = await TestService.StartAsync();
        foreach (var (space, text) in new[] { ("a", "Ann likes green tea"), ("b", "Bob likes black tea"), ("b", "the bus is late"), ("c", "Cleo likes coffee") })
            (await service.SendAsync("POST", $"/v1/acme/{space}/memories", $$"""{"text":"{{text}}","metadata":{ "n" : 1 } }""")).Status.ShouldBe(201);

        var found = await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a","b","c","empty"]}""");

        found.Status.ShouldBe(200, found.Text);
        var alone = new List<(double Score, string Json)>();
        foreach (var space in new[] { "a", "b" })
        {
            var item = (await service.SendAsync("POST", $"/v1/acme/{space}/memories/search", """{"query":"tea"}""")).Json.GetProperty("items").EnumerateArray().Single();
            alone.Add((item.GetProperty("score").GetDouble(), $"{{\"space\":\"{space}\",{item.GetRawText()[1..]}"));
        }
        found.Json.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()).ShouldBe(alone.OrderByDescending(one => one.Score).Select(one => one.Json));
        found.Json.GetProperty("spaces").EnumerateArray().Select(space => (space.GetProperty("space").GetString(), space.GetProperty("version").GetInt64()))
            .ShouldBe([("a", 1), ("b", 2), ("c", 1), ("empty", 0)]);
        found.Headers["Memory-Consistency"].ShouldBe("session");
        found.Headers.ShouldNotContainKey("Memory-Version");
    }

    [Fact]
    public async Task A_writer_finds_its_memories_of_all_spaces_on_every_node_with_its_tokens()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await SearchAsync(cluster.Nodes[1], "parrot", "");
        for (var i = 0; i < 100; i++)
        {
            var tokens = new List<string>();
            foreach (var space in new[] { "a", "b" })
                tokens.Add((await cluster.Nodes[0].SendAsync("POST", $"/v1/acme/{space}/memories", $$"""{"text":"parrot number{{i}}"}""")).Token);
            var found = await SearchAsync(cluster.Nodes[1], $"number{i}", string.Join(',', tokens));
            found.Status.ShouldBe(200, found.Text);
            found.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("space").GetString()).Order().ShouldBe(["a", "b"]);

            // What its token says of a space holds for a read of that space alone.
            foreach (var space in new[] { "a", "b" })
                (await cluster.Nodes[1].SendAsync("GET", $"/v1/acme/{space}/state", null, "Memory-Token: " + found.Token)).Headers["Memory-Version"].ShouldBe($"{i + 1}");
        }

        static Task<Answer> SearchAsync(TestService node, string query, string token) => node.SendAsync(
            "POST", "/v1/acme/search", $$"""{"query":"{{query}}","spaces":["a","b"]}""", token.Length > 0 ? ["Memory-Token: " + token] : []);
    }

    [Fact]
    public async Task Spaces_that_refuse_are_named_and_what_is_wrong_with_the_search_is_refused()
    {
        await using var service = await TestService.StartAsync();
        await service.SendAsync("POST", "/v1/acme/a/memories", """{"text":"Ann likes tea"}""");
        var found = await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a","a@what-if"]}""");
        found.Status.ShouldBe(200, found.Text);
        found.Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        var missing = found.Json.GetProperty("incomplete").EnumerateArray().Single();
        (missing.GetProperty("space").GetString(), missing.GetProperty("reason").GetString(), missing.GetProperty("status").GetInt32()).ShouldBe(("a@what-if", "refused", 404));

        (await service.SendAsync("POST", "/v1/acme/search", """{"spaces":["a"]}""")).ShouldBeProblem(422, "invalid-request");
        (await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a"],"limit":0}""")).ShouldBeProblem(422, "invalid-request");
        (await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a"],"filter":1}""")).ShouldBeProblem(422, "invalid-request");
        (await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a"]}""", "Memory-Token: x")).ShouldBeProblem(422, "invalid-token");
        (await service.SendAsync("POST", "/v1/ACME/search", """{"query":"tea","spaces":["a"]}""")).ShouldBeProblem(422, "invalid-tenant");
    }

    [Fact]
    public async Task An_answer_has_the_members_that_its_description_names()
    {
        await using var service = await TestService.StartAsync();
        await service.SendAsync("POST", "/v1/acme/a/memories", """{"text":"Ann likes tea","ttl":1000,"source":{"session":"s","turn":1}}""");
        await service.SendAsync("POST", "/v1/acme/a/memories", """{"text":"So do I","source":{"session":"s","turn":2}}""");
        var answer = (await service.SendAsync("POST", "/v1/acme/search", """{"query":"tea","spaces":["a","a@b"],"context":1,"maxTokens":10}""")).Json;
        var schemas = (await service.SendAsync("GET", "/openapi/v1.json")).Json;
        var schema = schemas.GetProperty("paths").GetProperty("/v1/{tenant}/search").GetProperty("post").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Members(answer).ShouldBeSubsetOf(Members(Properties(schema)));
        foreach (var list in new[] { "items", "spaces", "incomplete" })
            Members(answer.GetProperty(list)[0]).ShouldBeSubsetOf(Members(Properties(Resolve(Properties(schema).GetProperty(list)).GetProperty("items"))), list);

        JsonElement Properties(JsonElement of) => Resolve(of).GetProperty("properties");
        JsonElement Resolve(JsonElement of) => of.TryGetProperty("$ref", out var reference)
            ? schemas.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
            : of;
        static IEnumerable<string> Members(JsonElement of) => of.EnumerateObject().Select(member => member.Name);
    }
}
