using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests;

public sealed class IdempotencyTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("PUT", "state/new", "1")]
    [InlineData("PUT", "state/old", "1")]
    [InlineData("PATCH", "state/old", "{}")]
    [InlineData("DELETE", "state/old", null)]
    [InlineData("POST", "transactions", """{"changes":[{"op":"put","key":"new","value":1},{"op":"delete","key":"old"},{"op":"check","key":"seen","ifMatch":"*"}]}""")]
    public async Task A_repeat_gets_the_first_answer_and_writes_nothing(string method, string path, string? body)
    {
        await _service.SendAsync("PUT", "state/old", "{}");
        await _service.SendAsync("PUT", "state/seen", "{}");
        var first = await _service.SendAsync(method, path, body, "Idempotency-Key: once");
        first.Status.ShouldBeInRange(200, 204);
        await _service.SendAsync("PUT", "state/other", "2");

        await ShouldRepeatAsync(_service);
        await using var restarted = await TestService.StartAsync(_store);
        await ShouldRepeatAsync(restarted);

        async Task ShouldRepeatAsync(TestService service)
        {
            var repeat = await service.SendAsync(method, path, body, "Idempotency-Key: once");
            repeat.Status.ShouldBe(first.Status);
            repeat.Text.ShouldBe(first.Text);
            repeat.ETag.ShouldBe(first.ETag);
            (await service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(4);
        }
    }

    [Theory]
    [InlineData("PUT", "state/k", "2", null)]
    [InlineData("PUT", "state/k2", "1", null)]
    [InlineData("PUT", "state/k?ttl=9", "1", null)]
    [InlineData("PUT", "state/k", "1", "If-Match: *")]
    [InlineData("PATCH", "state/k", "1", null)]
    [InlineData("DELETE", "state/k", null, null)]
    public async Task Another_request_under_the_same_key_is_refused(string method, string path, string? body, string? header)
    {
        await _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: once");
        string[] headers = header is null ? ["Idempotency-Key: once"] : ["Idempotency-Key: once", header];
        (await _service.SendAsync(method, path, body, headers)).ShouldBeProblem(422, "idempotency-mismatch");
        await using var restarted = await TestService.StartAsync(_store);
        (await restarted.SendAsync(method, path, body, headers)).ShouldBeProblem(422, "idempotency-mismatch");
    }

    [Fact]
    public async Task A_repeat_with_a_newer_token_is_a_repeat_all_the_same()
    {
        var first = await _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: once");
        var token = (await _service.SendAsync("PUT", "state/k", "2")).Token;
        var repeat = await _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: once", "Memory-Token: " + token);
        repeat.Status.ShouldBe(201);
        repeat.ETag.ShouldBe(first.ETag);
        repeat.Token.ShouldBe(token);
        (await _service.SendAsync("GET", "state/k")).Text.ShouldBe("2");
    }

    [Theory]
    [InlineData("DELETE", "state/none", null, "If-Match: *", 412)]
    [InlineData("DELETE", "state/none", null, "Memory-Agent: a", 404)]
    [InlineData("PATCH", "state/none", "{}", "Memory-Agent: a", 404)]
    [InlineData("PUT", "state/old", "1", "If-None-Match: *", 412)]
    [InlineData("POST", "transactions", """{"changes":[{"op":"put","key":"new","value":1},{"op":"check","key":"old","ifMatch":"\"9.9\""}]}""", "Memory-Agent: a", 412)]
    public async Task A_refusal_of_a_later_attempt_holds_for_earlier_ones_too(string method, string path, string? body, string header, int status)
    {
        await _service.SendAsync("PUT", "state/old", "{}");
        var refused = await _service.SendAsync(method, path, body, header, "Idempotency-Key: once", "Memory-Attempt: 2");
        refused.Status.ShouldBe(status);
        await _service.SendAsync("PUT", "state/none", "{}");
        await _service.SendAsync("DELETE", "state/old");

        // The first attempt, which was long on its way, would now succeed.
        var late = await _service.SendAsync(method, path, body, header, "Idempotency-Key: once");
        late.Text.ShouldBe(refused.Text);
        late.Status.ShouldBe(status);
        await using var restarted = await TestService.StartAsync(_store);
        (await restarted.SendAsync(method, path, body, header, "Idempotency-Key: once")).Text.ShouldBe(refused.Text);
        var commits = (await restarted.SendAsync("GET", "commits")).Json;
        commits.GetProperty("version").GetInt64().ShouldBe(4);
        var entry = commits.GetProperty("items")[1].GetProperty("entries")[0];
        entry.GetProperty("changes").GetArrayLength().ShouldBe(0);
        entry.GetProperty("refused").GetProperty("reason").GetString().ShouldBe(status == 404 ? "not-found" : "precondition-failed");
    }

    [Fact]
    public async Task Repeats_at_the_same_time_write_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _service.SendAsync("PUT", "state/k", "1", "Idempotency-Key: once")));
        answers.ShouldAllBe(answer => answer.Status == 201 && answer.ETag == "\"1.0\"");
        (await _service.SendAsync("GET", "commits/1")).Json.GetProperty("entries").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Writes_without_a_key_are_all_different()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(2);
    }
}
