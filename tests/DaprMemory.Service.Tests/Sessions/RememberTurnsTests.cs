using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Core.Memories;
using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Tests.Sessions;

public sealed class RememberTurnsTests
{
    [Fact]
    public async Task Remembered_turns_are_found_with_the_token_of_the_call()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await SayAsync(cluster.Nodes[0], "s", "The hotel in Lisbon is booked.", "Fine weather today.");

        var remember = await cluster.Nodes[0].SendAsync("POST", "sessions/s/remember", """{"tags":["trip"],"importance":0.9}""");
        remember.Status.ShouldBe(200, remember.Text);
        var id = MemoryId.Of("The hotel in Lisbon is booked.", new MemorySource("s", 1));
        remember.Json.GetProperty("items")[0].GetRawText().ShouldBe($$"""{"turn":1,"id":"{{id}}","etag":{{remember.ETag}}}""");
        (remember.Json.GetProperty("from").GetInt64(), remember.Json.GetProperty("upTo").GetInt64(), remember.Json.GetProperty("newest").GetInt64()).ShouldBe((1, 2, 2));
        remember.Json.TryGetProperty("next", out _).ShouldBeFalse();

        var found = await cluster.Nodes[1].SendAsync("POST", "memories/search", """{"query":"hotel","filter":{"session":"s","tags":["trip"]}}""", "Memory-Token: " + remember.Token);
        found.Json.GetProperty("items")[0].GetProperty("memory").GetProperty("metadata").GetProperty("role").GetString().ShouldBe("user");
        var commit = (await cluster.Nodes[1].SendAsync("GET", $"commits/{remember.Json.GetProperty("version")}")).Json;
        commit.GetProperty("entries")[0].GetProperty("by").GetString().ShouldBe("anonymous");
    }

    [Fact]
    public async Task Turn_by_hand_is_there_already_and_a_body_may_be_left_out()
    {
        await using var service = await TestService.StartAsync();
        await SayAsync(service, "s", "one", "two");
        await service.SendAsync("POST", "memories", """{"text":"ONE","source":{"session":"s","turn":1}}""");

        var remember = await service.SendAsync("POST", "sessions/s/remember");
        remember.Json.GetProperty("items").EnumerateArray().Select(item => item.TryGetProperty("duplicate", out _)).ShouldBe([true, false]);
        (await service.SendAsync("POST", "sessions/s/remember")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Long_session_is_remembered_by_calling_until_nothing_comes_next()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 2; i++)
            await SayAsync(service, "s", [.. Enumerable.Range(i * 200, 200).Select(n => $"fact {n}")]);

        var first = (await service.SendAsync("POST", "sessions/s/remember")).Json;
        (first.GetProperty("upTo").GetInt64(), first.GetProperty("next").GetInt64()).ShouldBe((256, 257));
        var second = (await service.SendAsync("POST", "sessions/s/remember")).Json;
        (second.GetProperty("from").GetInt64(), second.GetProperty("upTo").GetInt64(), second.TryGetProperty("next", out _)).ShouldBe((257, 400, false));
    }

    [Fact]
    public async Task Repeat_gets_the_first_answer_and_another_request_under_its_key_none()
    {
        await using var service = await TestService.StartAsync();
        await SayAsync(service, "s", "one", "two");
        var first = await service.SendAsync("POST", "sessions/s/remember", "{}", "Idempotency-Key: k");
        await SayAsync(service, "s", "three");

        var repeat = await service.SendAsync("POST", "sessions/s/remember", "{}", "Idempotency-Key: k", "Memory-Attempt: 2");
        repeat.Text.ShouldBe(first.Text.Replace("\"newest\":2", "\"newest\":3").Replace("\"version\"", "\"next\":3,\"version\""));
        (await service.SendAsync("POST", "sessions/s/remember", """{"from":1}""", "Idempotency-Key: k")).ShouldBeProblem(422, "idempotency-mismatch");
    }

    [Fact]
    public async Task Lost_reply_of_the_store_is_no_second_memory()
    {
        var store = new InMemoryCommitStore();
        await using var service = await TestService.StartAsync(store);
        await SayAsync(service, "s", "one", "two");
        var failures = 0;
        store.OnWrite = _ => Interlocked.Increment(ref failures) <= 2 ? WriteFault.FailAfterApply : WriteFault.None;

        (await service.SendAsync("POST", "sessions/s/remember")).Status.ShouldBe(200);
        (await service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"from":0}""")]
    [InlineData("""{"from":3,"to":2}""")]
    [InlineData("""{"to":"x"}""")]
    [InlineData("""{"form":1}""")]
    [InlineData("""{"from":1,"from":2}""")]
    [InlineData("""{"tags":[]}""")]
    [InlineData("""{"tags":[null]}""")]
    [InlineData("""{"tags":["a b"]}""")]
    [InlineData("""{"roles":[""]}""")]
    [InlineData("""{"roles":[null]}""")]
    [InlineData("""{"importance":1.1}""")]
    [InlineData("""{"ttl":0}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_remembered(string body)
    {
        await using var service = await TestService.StartAsync();
        await SayAsync(service, "s", "one");
        (await service.SendAsync("POST", "sessions/s/remember", body)).ShouldBeProblem(422, "invalid-request");
        (await service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("a%2Fb", 422)]
    [InlineData("a@b", 422)]
    [InlineData("a b", 422)]
    [InlineData("none", 404)]
    public async Task Session_that_is_none_is_refused(string name, int status)
    {
        await using var service = await TestService.StartAsync();
        (await service.SendAsync("POST", $"sessions/{name}/remember")).Status.ShouldBe(status);
        (await service.SendAsync("GET", "commits")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Expired_session_is_not_remembered_and_its_memories_stay()
    {
        var time = new ManualTime();
        await using var cluster = await TestCluster.StartAsync(1, time: time);
        var node = cluster.Nodes[0];
        await node.SendAsync("POST", "sessions/s/turns?retention=3600", """{"role":"user","text":"old"}""");
        (await node.SendAsync("POST", "sessions/s/remember")).Status.ShouldBe(200);
        time.Advance(TimeSpan.FromSeconds(3600 + 3600 / 16 + 1));

        (await node.SendAsync("POST", "sessions/s/remember")).ShouldBeProblem(404, "not-found");
        (await node.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Policy_of_a_tenant_remembers_when_its_sessions_fall_silent()
    {
        var time = new ManualTime();
        await using var cluster = await TestCluster.StartAsync(2, time: time, settings: [("Memory:Policies:acme:Remember:AfterQuiet", "00:01:00"), ("Memory:Policies:acme:Remember:Tags:0", "said")]);
        await SayAsync(cluster.Nodes[0], "s", "one", "two");
        (await cluster.Nodes[0].SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        for (var until = DateTimeOffset.UtcNow.AddSeconds(30); await CountAsync() < 2; await Task.Delay(10))
        {
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
            time.Advance(TimeSpan.FromSeconds(61));
        }

        async Task<int> CountAsync() =>
            (await cluster.Nodes[1].SendAsync("GET", "memories?tag=said", null, "Memory-Consistency: strong")).Json.GetProperty("items").GetArrayLength();
    }

    [Fact]
    public async Task Service_that_stops_has_remembered_what_was_said()
    {
        var store = new InMemoryCommitStore();
        await using (var service = await TestService.StartAsync(store, ("Memory:Policies:acme:Remember:AfterQuiet", "01:00:00")))
        {
            await SayAsync(service, "s", "one", "two");
            await service.StopAsync();
        }
        await using var other = await TestService.StartAsync(store);
        (await other.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Model_draws_facts_and_one_that_fails_costs_none_of_the_turns()
    {
        await using var model = await ChatModel.StartAsync();
        await using var service = await TestService.StartAsync(
            new InMemoryCommitStore(),
            ("Models:Chat:Endpoint", $"{model.Address}v1"), ("Models:Chat:Model", "tiny"),
            ("Memory:Policies:acme:Remember:Extract", "true"), ("Memory:Policies:acme:Remember:AfterTurns", "1"));
        await SayAsync(service, "s", "one");
        for (var until = DateTimeOffset.UtcNow.AddSeconds(30); model.Requests.IsEmpty; await Task.Delay(10))
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();

        model.Requests.First().Body.GetProperty("messages")[1].GetProperty("content").GetString()!.ShouldContain("anonymous (user): one");
        (await service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(1, "what the model says is no list of facts");
    }

    [Theory]
    [InlineData("AfterTurns", "0")]
    [InlineData("AfterQuiet", "02:00:00")]
    [InlineData("Importance", "2")]
    [InlineData("TimeToLive", "00:00:00")]
    [InlineData("Tags:0", "a b")]
    [InlineData("Roles:0", "")]
    [InlineData("Extract", "true")]
    public async Task Policy_that_makes_no_sense_is_refused_at_start(string key, string value) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => TestService.StartAsync(new InMemoryCommitStore(), ($"Memory:Policies:acme:Remember:{key}", value))))
            .Message.ShouldContain("Policies:acme:Remember");

    static async Task SayAsync(TestService service, string session, params string[] texts)
    {
        var body = JsonSerializer.Serialize(new { turns = texts.Select(text => new { role = "user", text }) });
        var append = await service.SendAsync("POST", $"sessions/{session}/turns", body);
        append.Status.ShouldBe(201, append.Text);
    }
}
