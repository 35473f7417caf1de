using DaprMemory.Client.Tests.Support;

namespace DaprMemory.Client.Tests;

public sealed class TokenTests
{
    static readonly byte[] One = "1"u8.ToArray();

    [Fact]
    public async Task The_newest_token_of_a_space_is_passed_back_to_that_space_alone()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Written("1.0", 1, token: "t1"), Answers.Written("2.0", 2, token: "t2"), Answers.Value("1", "2.0", 2, "t2"), Answers.Value("1", "1.0", 1));
        using var client = new MemoryClient(service.Address);

        await client.Space("a").PutAsync("k", One);
        await client.Space("a").PutAsync("k", One);
        await client.Space("a").GetAsync("k");
        await client.Space("b").GetAsync("k");

        service.Requests.Select(r => r.Header("Memory-Token")).ShouldBe([null, "t1", "t2", null]);
    }

    [Fact]
    public async Task An_answer_that_is_overtaken_by_a_newer_one_does_not_replace_its_token()
    {
        var overtaken = new TaskCompletionSource();
        var slowIsThere = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(
            async context =>
            {
                slowIsThere.SetResult();
                await overtaken.Task;
                await Answers.Value("1", "1.0", 1, "old")(context);
            },
            Answers.Written("5.0", 5, token: "new"),
            Answers.Value("1", "5.0", 5, "new"));
        using var client = new MemoryClient(service.Address);
        var space = client.Space("a");

        var slow = space.GetAsync("k");
        await slowIsThere.Task;
        await space.PutAsync("k", One);
        overtaken.SetResult();
        await slow;
        await space.GetAsync("k");

        service.Requests[2].Header("Memory-Token").ShouldBe("new");
    }

    [Fact]
    public async Task A_refused_write_still_teaches_what_was_seen()
    {
        await using var service = await ScriptedService.StartAsync(
            context =>
            {
                context.Response.Headers["Memory-Token"] = "t9";
                context.Response.Headers["Memory-Version"] = "9";
                return Answers.Problem(412, "precondition-failed", ",\"key\":\"k\",\"etag\":\"9.0\"")(context);
            },
            Answers.Value("1", "9.0", 9));
        using var client = new MemoryClient(service.Address);

        await client.Space("a").PutAsync("k", One, new WriteOptions { IfAbsent = true });
        await client.Space("a").GetAsync("k");

        service.Requests[1].Header("Memory-Token").ShouldBe("t9");
    }
}
