using System.Text;
using System.Text.Json.Nodes;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.State;

namespace DaprMemory.Client.Tests;

public sealed class MemorySpaceWriteTests
{
    static readonly byte[] One = "1"u8.ToArray();

    [Fact]
    public async Task Put_sends_the_bytes_preconditions_and_an_idempotency_key()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Written("4.2", 4, 200));
        using var client = new MemoryClient(service.Address);
        var options = new WriteOptions { IfMatch = new ETag(3, 0), TimeToLive = TimeSpan.FromMinutes(1), Tags = ["a", "b c"], Agent = "scout" };

        var result = await client.Space("notes").PutAsync("k", "{ \"ü\": 1 }"u8.ToArray(), options);

        result.ShouldBe(new WriteResult.Written(new ETag(4, 2), Created: false));
        var request = service.Requests.Single();
        (request.Method, request.Target).ShouldBe(("PUT", "/v1/default/notes/state/k?ttl=60&tags=a%2Cb%20c"));
        Encoding.UTF8.GetString(request.Body).ShouldBe("{ \"ü\": 1 }");
        request.Header("Content-Type").ShouldBe("application/json");
        request.Header("If-Match").ShouldBe("\"3.0\"");
        request.Header("Memory-Agent").ShouldBe("scout");
        request.Header("Idempotency-Key").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Writes_have_different_idempotency_keys_unless_given()
    {
        await using var service = await ScriptedService.StartAsync([.. Enumerable.Repeat(Answers.Written("4.2", 4), 3)]);
        using var client = new MemoryClient(service.Address);

        await client.Space("notes").PutAsync("k", One);
        await client.Space("notes").PutAsync("k", One);
        await client.Space("notes").PutAsync("k", One, new WriteOptions { IdempotencyKey = "mine" });

        var keys = service.Requests.Select(r => r.Header("Idempotency-Key")).ToArray();
        keys[0].ShouldNotBe(keys[1]);
        keys[2].ShouldBe("mine");
    }

    [Fact]
    public async Task A_failed_precondition_is_a_result_with_the_current_place()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(412, "precondition-failed", ",\"key\":\"k\",\"etag\":\"9.0\""), Answers.Problem(412, "precondition-failed", ",\"key\":\"k\""));
        using var client = new MemoryClient(service.Address);

        (await client.Space("notes").PutAsync("k", One, new WriteOptions { IfAbsent = true })).ShouldBe(new WriteResult.PreconditionFailed("k", new ETag(9, 0)));
        (await client.Space("notes").PutAsync("k", One, new WriteOptions { IfMatch = new ETag(1, 0) })).ShouldBe(new WriteResult.PreconditionFailed("k", null));
        service.Requests[0].Header("If-None-Match").ShouldBe("*");
    }

    [Fact]
    public async Task Patch_and_delete_of_a_missing_record_are_results()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Problem(404, "not-found"), Answers.Problem(404, "not-found"), Answers.Written("5.0", 5, 204));
        using var client = new MemoryClient(service.Address);

        (await client.Space("notes").PatchAsync("k", "{}"u8.ToArray())).ShouldBe(new WriteResult.NotFound("k"));
        (await client.Space("notes").DeleteAsync("k")).ShouldBe(new WriteResult.NotFound("k"));
        (await client.Space("notes").DeleteAsync("k")).ShouldBe(new WriteResult.Written(new ETag(5, 0), Created: false));
        service.Requests.Select(r => r.Method).ShouldBe(["PATCH", "DELETE", "DELETE"]);
    }

    [Fact]
    public async Task A_refusal_is_an_exception_with_the_problem_type_and_is_not_repeated()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Problem(422, "idempotency-mismatch"));
        using var client = new MemoryClient(service.Address);

        var e = await Should.ThrowAsync<MemoryException>(() => client.Space("notes").PutAsync("k", One));

        e.Type.ShouldBe(ProblemTypes.IdempotencyMismatch);
        e.IsUnavailable.ShouldBeFalse();
        e.Message.ShouldContain("the detail");
        service.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_sends_all_changes_and_gives_each_place()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"version":6,"etag":"6.0","changes":[{"key":"a","etag":"6.0"},{"key":"b"},{"key":"c","etag":"6.0"}]}"""));
        using var client = new MemoryClient(service.Address);

        var result = await client.Space("notes").TransactAsync(
        [
            TransactionChange.Put("a", "1.00"u8.ToArray()) with { IfAbsent = true, Tags = ["t"], TimeToLive = TimeSpan.FromSeconds(9) },
            TransactionChange.Check("b") with { IfMatch = new ETag(2, 0) },
            TransactionChange.Delete("c"),
        ]);

        result.ShouldBeOfType<TransactionResult.Committed>().ETags.ShouldBe([new ETag(6, 0), null, new ETag(6, 0)]);
        var body = Encoding.UTF8.GetString(service.Requests.Single().Body);
        body.ShouldContain("\"value\":1.00");
        JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(
            """
            {"changes":[
              {"op":"put","key":"a","value":1.00,"ifNoneMatch":"*","ttl":9,"tags":["t"]},
              {"op":"check","key":"b","ifMatch":"\"2.0\""},
              {"op":"delete","key":"c"}]}
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_transaction_whose_precondition_fails_says_which()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(412, "precondition-failed", ",\"key\":\"b\",\"etag\":\"9.0\",\"index\":1"));
        using var client = new MemoryClient(service.Address);

        var result = await client.Space("notes").TransactAsync([TransactionChange.Delete("a"), TransactionChange.Delete("b")]);

        result.ShouldBe(new TransactionResult.PreconditionFailed(1, "b", new ETag(9, 0)));
    }
}
