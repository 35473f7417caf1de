using System.Text.Json;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Service.Tests.Memories;

public sealed class NearDuplicateTests
{
    const string Text = "Ann wants the weekly report as a table with one line for each open customer question";
    const string Near = "Ann wants the weekly report as a table, with one line for each open question";

    static readonly (string, string) Patience = ("Memory:NearDuplicatePatience", "00:00:30");

    [Fact]
    public async Task By_default_near_ones_are_linked_and_the_answer_says_so()
    {
        await using var service = await StartAsync(null);
        var first = await AddAsync(service, Text);
        first.TryGetProperty("similar", out _).ShouldBeFalse();
        var second = await AddAsync(service, Near);
        var similar = second.GetProperty("similar").EnumerateArray().Single();
        similar.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        similar.GetProperty("score").GetDouble().ShouldBeInRange(0.8, 1);
        var links = (await service.SendAsync("GET", $"memories/{first.GetProperty("id").GetString()}/links")).Json.GetProperty("incoming");
        links.EnumerateArray().Select(link => (link.GetProperty("id").GetString(), link.GetProperty("type").GetString())).ShouldBe([(second.GetProperty("id").GetString(), "similar")]);
    }

    [Fact]
    public async Task A_repeat_of_an_add_tells_the_same_near_ones_as_the_first_time()
    {
        await using var service = await StartAsync(null);
        var first = await AddAsync(service, Text);
        var added = await service.SendAsync("POST", "memories", Body(Near), "Idempotency-Key: k");
        await service.SendAsync("DELETE", $"memories/{first.GetProperty("id").GetString()}");
        await AddAsync(service, Near + " today");
        var repeat = await service.SendAsync("POST", "memories", Body(Near), "Idempotency-Key: k", "Memory-Attempt: 2");
        (repeat.Status, repeat.Text).ShouldBe((201, added.Text));
    }

    [Theory]
    [InlineData("Ann wants the weekly report as a table with two lines for each closed customer answer")]
    [InlineData("Something else entirely")]
    public async Task Others_are_not_linked(string other)
    {
        await using var service = await StartAsync(null);
        await AddAsync(service, Text);
        (await AddAsync(service, other)).TryGetProperty("similar", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Texts_that_differ_in_a_number_are_not_near()
    {
        await using var service = await StartAsync("merge");
        await AddAsync(service, "the meeting with the customer about the new contract is on the 4th of May at 10:30");
        (await AddAsync(service, "the meeting with the customer about the new contract is on the 5th of May at 10:30")).TryGetProperty("merged", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Turns_of_conversations_are_kept_as_they_were_said()
    {
        await using var service = await StartAsync("merge");
        foreach (var turn in new[] { 1, 2 })
            (await service.SendAsync("POST", "memories", $$"""{"text":"{{Text}}","source":{"session":"s","turn":{{turn}} } }""")).Status.ShouldBe(201);
        (await AddAsync(service, Text)).TryGetProperty("merged", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Merged_ones_are_not_added_and_the_answer_names_the_other()
    {
        await using var service = await StartAsync("merge");
        var first = await AddAsync(service, Text);
        var merged = await service.SendAsync("POST", "memories", Body(Near));
        merged.Status.ShouldBe(200, merged.Text);
        merged.Text.ShouldBe($$"""{"id":"{{first.GetProperty("id").GetString()}}","etag":"1.0","version":1,"merged":true}""");
        merged.Headers["Memory-Version"].ShouldBe("1");
        (await service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_repeat_of_an_add_is_not_merged_into_what_came_later()
    {
        await using var cluster = await TestCluster.StartAsync(2, settings: [Patience, ("Memory:Policies:acme:NearDuplicates", "merge")]);
        var added = await cluster.Nodes[0].SendAsync("POST", "memories", Body(Near), "Idempotency-Key: k");
        added.Status.ShouldBe(201);
        await cluster.Nodes[0].SendAsync("PUT", "memories/later", Body(Text));
        await cluster.Nodes[1].SendAsync("GET", "memories");
        await cluster.Nodes[0].SendAsync("DELETE", "memories/" + added.Json.GetProperty("id").GetString());
        foreach (var node in cluster.Nodes)
        {
            var repeat = await node.SendAsync("POST", "memories", Body(Near), "Idempotency-Key: k", "Memory-Attempt: 2");
            (repeat.Status, repeat.Text).ShouldBe((201, added.Text));
        }
    }

    [Fact]
    public async Task A_write_does_not_wait_for_an_index_that_takes_long()
    {
        var store = new Conformance.InMemoryCommitStore();
        await using (var service = await TestService.StartAsync(store))
            await service.SendAsync("PUT", "memories/known", Body(Text));
        var release = new ManualResetEventSlim();
        await using var slow = await TestService.StartAsync(
            services => services.AddSingleton<Core.Log.ICommitStore>(store).AddSingleton<Func<SpaceId, IMemoryIndex>>(_ =>
            {
                release.Wait();
                return new MemoryIndex(new SearchOptions());
            }),
            ("Memory:NearDuplicatePatience", "00:00:00.010"));
        (await AddAsync(slow, Near)).TryGetProperty("similar", out _).ShouldBeFalse();
        release.Set();
        SearchTests.Ids(await SearchTests.SearchAsync(slow, "weekly report")).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_looks_when_the_policy_is_off()
    {
        await using var service = await StartAsync("off");
        await AddAsync(service, Text);
        (await AddAsync(service, Near)).TryGetProperty("similar", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_policy_that_does_not_exist_keeps_the_service_from_starting() => await Should.ThrowAsync<Exception>(() => StartAsync("sometimes"));

    static Task<TestService> StartAsync(string? policy) =>
        TestService.StartAsync(new Conformance.InMemoryCommitStore(), [Patience, .. policy is null ? Array.Empty<(string, string)>() : [("Memory:Policies:acme:NearDuplicates", policy)]]);

    static async Task<JsonElement> AddAsync(TestService service, string text)
    {
        var added = await service.SendAsync("POST", "memories", Body(text));
        added.Status.ShouldBe(201, added.Text);
        return added.Json;
    }

    static string Body(string text) => $$"""{"text":{{JsonSerializer.Serialize(text)}}}""";
}
