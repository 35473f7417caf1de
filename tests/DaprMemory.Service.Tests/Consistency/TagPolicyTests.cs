using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class TagPolicyTests : IAsyncLifetime
{
    TestCluster _cluster = null!;

    TestService One => _cluster.Nodes[0];

    TestService Two => _cluster.Nodes[1];

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(2, settings:
        [
            ("Memory:Policies:acme:Tags:lock", "strong"), ("Memory:Policies:acme:Tags:analytics", "Eventual"), ("Memory:Policies:acme:Tags:chain", "causal"),
        ]);
        await One.SendAsync("PUT", "state/plain", "1");
        await One.SendAsync("PUT", "state/lock?tags=lock", "1");
        await One.SendAsync("PUT", "state/both?tags=analytics,lock", "1");
        await One.SendAsync("PUT", "state/stats?tags=analytics,other", "1");
        await One.SendAsync("PUT", "state/chain?tags=chain", "1");
        await Two.SendAsync("GET", "state/plain");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData("plain", null, "session")]
    [InlineData("plain", "eventual", "eventual")]
    [InlineData("lock", null, "strong")]
    [InlineData("lock", "eventual", "strong")]
    [InlineData("lock", "session", "strong")]
    [InlineData("both", null, "strong")]
    [InlineData("both", "eventual", "strong")]
    [InlineData("stats", null, "eventual")]
    [InlineData("stats", "session", "session")]
    [InlineData("stats", "strong", "strong")]
    [InlineData("chain", null, "causal")]
    [InlineData("chain", "eventual", "causal")]
    [InlineData("chain", "strong", "strong")]
    public async Task A_policy_strengthens_what_is_asked_and_weakens_only_what_is_not(string key, string? asked, string given)
    {
        string[] headers = asked is null ? [] : ["Memory-Consistency: " + asked];
        (await Two.SendAsync("GET", "state/" + key, null, headers)).Headers["Memory-Consistency"].ShouldBe(given);
        (await Two.SendAsync("POST", "state/read", $$"""{"keys":["{{key}}"]}""", headers)).Headers["Memory-Consistency"].ShouldBe(given);
        (await Two.SendAsync("PUT", "state/" + key, "2", headers)).Headers["Memory-Consistency"].ShouldBe(given);
    }

    [Fact]
    public async Task A_lock_is_read_as_it_is_now()
    {
        await One.SendAsync("PUT", "state/lock?tags=lock", "2");
        (await Two.SendAsync("GET", "state/lock")).Text.ShouldBe("2");
    }

    [Fact]
    public async Task A_precondition_on_a_lock_is_checked_against_what_is_now()
    {
        await One.SendAsync("DELETE", "state/lock");
        var write = await Two.SendAsync("PUT", "state/lock?tags=lock", "mine".Length.ToString(), "If-None-Match: *");
        write.Status.ShouldBe(201, write.Text);
    }

    [Fact]
    public async Task Tags_that_a_newer_version_has_count_too()
    {
        await One.SendAsync("PUT", "state/chain?tags=chain", "2");
        var token = (await One.SendAsync("PUT", "state/plain?tags=lock", "2")).Token;
        var read = await Two.SendAsync("GET", "state/plain", null, "Memory-Token: " + token);
        read.Headers["Memory-Consistency"].ShouldBe("strong");
    }

    [Fact]
    public async Task Of_several_records_the_strongest_demand_holds()
    {
        (await Two.SendAsync("POST", "state/read", """{"keys":["stats","plain"]}""")).Headers["Memory-Consistency"].ShouldBe("eventual");
        (await Two.SendAsync("POST", "state/read", """{"keys":["stats","chain","nothing"]}""")).Headers["Memory-Consistency"].ShouldBe("causal");
        (await Two.SendAsync("POST", "transactions", """{"changes":[{"op":"check","key":"lock"},{"op":"put","key":"x","value":1}]}"""))
            .Headers["Memory-Consistency"].ShouldBe("strong");
    }

    [Fact]
    public async Task A_policy_is_its_tenants_own_and_not_for_lists()
    {
        await One.SendAsync("PUT", "/v1/other/s/state/lock?tags=lock", "1");
        (await One.SendAsync("GET", "/v1/other/s/state/lock")).Headers["Memory-Consistency"].ShouldBe("session");
        (await Two.SendAsync("GET", "state")).Headers["Memory-Consistency"].ShouldBe("session");
    }

    [Fact]
    public async Task While_the_store_is_down_a_policy_is_not_quietly_given_up()
    {
        _cluster.TakeStoreDown();
        (await Two.SendAsync("GET", "state/lock", null, "Memory-Consistency: eventual")).ShouldBeProblem(503, "unavailable");
        (await Two.SendAsync("GET", "state/plain")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Memory:Policies:Acme:Tags:lock", "strong", "a tenant consists of")]
    [InlineData("Memory:Policies:acme:Tags:a b", "strong", "a tag consists of")]
    [InlineData("Memory:Policies:acme:Tags:lock", "7", "a level is")]
    public async Task A_policy_that_could_never_apply_is_refused_at_the_start(string key, string value, string rule)
    {
        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => TestService.StartAsync(_cluster.Store, (key, value)));
        refusal.Message.ShouldContain(rule);
    }
}
