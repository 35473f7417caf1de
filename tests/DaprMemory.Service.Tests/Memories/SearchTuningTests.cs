namespace DaprMemory.Service.Tests.Memories;

/// <summary>Operators, and tenants, say how searches weigh.</summary>
public sealed class SearchTuningTests
{
    [Fact]
    public async Task Weights_are_those_of_the_configuration_and_a_tenants_lie_over_them()
    {
        await using var service = await TestService.StartAsync(
            new Conformance.InMemoryCommitStore(), ("Search:Weights:Importance", "-20"), ("Memory:Policies:fond:SearchWeights:Importance", "20"));
        // "small" says more about parrots: only what the importance counts for can put "large" before it.
        foreach (var tenant in new[] { "acme", "fond" })
        {
            await service.SendAsync("PUT", $"/v1/{tenant}/s/memories/small", """{"text":"parrot","importance":0}""");
            await service.SendAsync("PUT", $"/v1/{tenant}/s/memories/large", """{"text":"a parrot and much else that nobody asks for","importance":1}""");
        }
        (await FirstAsync("acme")).ShouldBe("small");
        (await FirstAsync("fond")).ShouldBe("large");

        async Task<string?> FirstAsync(string tenant) =>
            (await service.SendAsync("POST", $"/v1/{tenant}/s/memories/search", """{"query":"parrot"}""")).Json.GetProperty("items")[0].GetProperty("id").GetString();
    }

    [Fact]
    public async Task Lists_of_the_configuration_replace_the_defaults()
    {
        await using var service = await TestService.StartAsync(new Conformance.InMemoryCommitStore(), ("Search:FromTurnsBefore:0", "0"), ("Search:FromTurnsBehind:0", "0"));
        foreach (var (turn, text) in new[] { (1, "the parrot"), (2, "well"), (3, "the end") })
            await service.SendAsync("POST", "memories", $$"""{"text":"{{text}}","source":{"session":"s","turn":{{turn}} } }""");
        SearchTests.Ids(await SearchTests.SearchAsync(service, "parrot")).Count().ShouldBe(1, "no turn lends its words to others");
    }

    [Theory]
    [InlineData("Search:Saturation", "11", "Saturation")]
    [InlineData("Search:Saturation", "much", "Saturation")]
    [InlineData("Search:FromTurnsBefore:0", "2", "FromTurnsBefore")]
    [InlineData("Search:Weights:Words", "NaN", "Weights")]
    [InlineData("Memory:Policies:acme:SearchWeights:Words", "1e9", "Memory:Policies:acme:SearchWeights")]
    [InlineData("Memory:Policies:acme:SearchWeights:Words", "much", "Words")]
    public async Task What_breaks_a_rule_does_not_start(string key, string value, string named) =>
        (await Should.ThrowAsync<Exception>(() => TestService.StartAsync(new Conformance.InMemoryCommitStore(), (key, value)))).Message.ShouldContain(named);
}
