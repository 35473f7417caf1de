using System.Text.Json;
using DaprMemory.Conformance;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Tests.Audit;

public sealed class ReadAuditTests
{
    readonly InMemoryCommitStore _store = new();

    [Fact]
    public async Task What_is_learned_is_written_down_by_the_time_the_service_has_stopped()
    {
        await using (var service = await StartAsync("1"))
        {
            await service.SendAsync("PUT", "state/k", "\"hidden\"", "Memory-Agent: writer");
            await service.SendAsync("GET", "state/k", null, "Memory-Agent: reader");
            await service.SendAsync("GET", "state/none", null, "Memory-Agent: reader");
            await service.SendAsync("PUT", "state/k", "2", "If-None-Match: *", "Memory-Agent: prober");
            await service.SendAsync("DELETE", "state/other", null, "Memory-Agent: prober");
            await service.SendAsync("POST", "state/read", """{"keys":["k","none"]}""", "Memory-Agent: reader");
            await service.SendAsync("POST", "memories", """{"id":"m1","text":"hidden words"}""", "Memory-Agent: writer");
            await service.SendAsync("POST", "memories/search", """{"query":"hidden words"}""", "Memory-Agent: finder");
            await service.SendAsync("GET", "commits", null, "Memory-Agent: reader");
            await service.SendAsync("GET", "/v1/acme/spaces", null, "Memory-Agent: lister");
            await service.SendAsync("GET", "/v1/acme/audit/reads", null, "Memory-Agent: keeper");
            // These tell nothing.
            await service.SendAsync("GET", "state?limit=0", null, "Memory-Agent: nobody");
            await service.SendAsync("POST", "state/read", "{", "Memory-Agent: nobody");
            await service.SendAsync("GET", "/v1/acme/..x@y@z/state/k", null, "Memory-Agent: nobody");
            await service.SendAsync("GET", "/v1/acme-2/notes/state/k", null, "Memory-Agent: nobody");
            await service.StopAsync();
        }
        await using var again = await StartAsync("0");
        var answer = await again.SendAsync("GET", "/v1/acme/audit?kind=reads");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldNotContain("hidden");
        answer.Json.GetProperty("items").EnumerateArray().Select(Describe).ShouldBe(
        [
            "agent-1 reader getState k 200",
            "agent-1 reader getState none 404",
            "agent-1 prober putState k 412",
            "agent-1 prober deleteState other 404",
            "agent-1 reader readState k,none 200",
            "agent-1 finder searchMemories m1 200",
            "agent-1 reader listCommits  200",
            " lister listSpaces  200",
            " keeper listReadCommits  200",
        ]);
        (await again.SendAsync("GET", "/v1/acme/audit?kind=reads&agent=finder")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await again.SendAsync("GET", "/v1/acme/spaces")).Text.ShouldBe("""{"items":[{"name":"agent-1"}]}""");
        (await again.SendAsync("GET", "/v1/acme/audit/reads")).Json.GetProperty("items").GetArrayLength().ShouldBeGreaterThan(0);
        (await again.SendAsync("GET", "/v1/acme-2/audit?kind=reads")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Watch_is_written_down_when_it_begins()
    {
        await using var service = await StartAsync("1");
        await service.SendAsync("PUT", "state/k", "1");
        using var watching = await service.Client.GetAsync("watch?after=0", HttpCompletionOption.ResponseHeadersRead);
        for (var limit = DateTimeOffset.UtcNow.AddSeconds(30); ; await Task.Delay(20))
        {
            var answer = await service.SendAsync("GET", "/v1/acme/audit?kind=reads");
            if (answer.Text.Contains("\"operation\":\"watch\"", StringComparison.Ordinal))
                break;
            (DateTimeOffset.UtcNow < limit).ShouldBeTrue(answer.Text);
        }
    }

    [Fact]
    public async Task Share_of_the_reads_is_what_the_policy_says_and_nothing_without_one()
    {
        foreach (var (share, least, most) in new[] { ("0", 0, 0), ("0.5", 100, 300) })
        {
            await using (var service = await StartAsync(share))
            {
                for (var i = 0; i < 400; i++)
                    await service.SendAsync("GET", "state/none");
                await service.StopAsync();
            }
            await using var again = await StartAsync("0");
            (await again.SendAsync("GET", "/v1/acme/audit?kind=reads&limit=1000")).Json.GetProperty("items").GetArrayLength().ShouldBeInRange(least, most);
        }
    }

    [Fact]
    public async Task Trail_that_the_store_does_not_take_delays_no_read()
    {
        await using var service = await StartAsync("1");
        await service.SendAsync("PUT", "state/k", "1");
        _store.IsUnavailable = key => key.Contains(":@reads:", StringComparison.Ordinal);
        for (var i = 0; i < 50; i++)
            (await service.SendAsync("GET", "state/k")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("1.01")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    public async Task Share_that_is_none_is_refused_at_start(string share) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(share))).Message.ShouldContain("Policies:acme:AuditReads: a share is from 0 to 1");

    Task<TestService> StartAsync(string share) => TestService.StartAsync(_store, ("Memory:Policies:acme:AuditReads", share));

    static string Describe(JsonElement item)
    {
        var keys = item.TryGetProperty("keys", out var list) ? string.Join(',', list.EnumerateArray().Select(key => key.GetString())) : "";
        var space = item.TryGetProperty("space", out var name) ? name.GetString() : "";
        return $"{space} {item.GetProperty("by").GetString()} {item.GetProperty("operation").GetString()} {keys} {item.GetProperty("status").GetInt32()}";
    }
}
