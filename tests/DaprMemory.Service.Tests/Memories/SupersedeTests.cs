using System.Text.Json;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Memories;

public sealed class SupersedeTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task The_old_one_stays_but_is_valid_only_until_the_new_one_is()
    {
        await _service.SendAsync("PUT", "memories/london", """{"text":"Ann lives in London","tags":["home"],"validFrom":"2020-01-01"}""");
        var moved = await _service.SendAsync("POST", "memories", """{"id":"paris","text":"Ann lives in Paris","validFrom":"2024-06-01T00:00:00Z","supersedes":"london"}""");
        moved.Status.ShouldBe(201, moved.Text);

        var old = (await _service.SendAsync("GET", "memories/london")).Json;
        old.GetProperty("etag").GetString().ShouldBe("2.0", "both stand in one entry");
        old.GetProperty("memory").GetRawText().ShouldContain(""""validTo":"2024-06-01T00:00:00.000Z","supersededBy":"paris"}"""");
        old.GetProperty("memory").GetProperty("tags")[0].GetString().ShouldBe("home");
        Ids(await _service.SendAsync("GET", "memories?asOf=2022-01-01")).ShouldBe(["london"]);
        Ids(await _service.SendAsync("GET", "memories?asOf=2024-06-01T00:00:00Z")).ShouldBe(["paris"]);
        Ids(await _service.SendAsync("GET", "memories?asOf=2019-01-01")).ShouldBeEmpty();
        Ids(await _service.SendAsync("GET", "memories?tag=home")).ShouldBe(["london"]);
        (await _service.SendAsync("GET", "memories/london?asOf=2022-01-01")).Status.ShouldBe(200);
        (await _service.SendAsync("GET", "memories/london?asOf=2025-01-01")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "memories/london?asOf=2025-01-01&at=1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_superseded_and_nothing_is_written()
    {
        var refused = (await _service.SendAsync("POST", "memories", """{"text":"new","supersedes":"nothing"}""")).ShouldBeProblem(404, "not-found");
        refused.GetProperty("key").GetString().ShouldBe("nothing");
        Ids(await _service.SendAsync("GET", "memories")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_who_supersede_the_same_one_at_once_all_do_and_its_end_is_the_earliest()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster.Nodes[0].SendAsync("PUT", "memories/old", """{"text":"old"}""");
        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(day => cluster.Nodes[day % 2].SendAsync(
            "POST", "memories", $$"""{"id":"n{{day}}","text":"new {{day}}","supersedes":"old","validFrom":"2024-01-{{day:00}}T00:00:00Z"}""")));
        answers.ShouldAllBe(answer => answer.Status == 201);
        var old = (await cluster.Nodes[1].SendAsync("GET", "memories/old", null, "Memory-Consistency: strong")).Json.GetProperty("memory");
        old.GetProperty("validTo").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task An_old_one_keeps_its_expiry()
    {
        await _service.SendAsync("PUT", "memories/old", """{"text":"old","ttl":1000}""");
        var before = (await _service.SendAsync("GET", "memories/old")).Json.GetProperty("expiresAt").GetDateTimeOffset();
        await _service.SendAsync("PUT", "memories/new", """{"text":"new","supersedes":"old"}""");
        (await _service.SendAsync("GET", "memories/old")).Json.GetProperty("expiresAt").GetDateTimeOffset().ShouldBe(before);
    }

    static IEnumerable<string> Ids(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
