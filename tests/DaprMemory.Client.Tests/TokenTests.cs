using System.Text;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.Spaces;

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
    public async Task Writes_and_causal_reads_tell_what_was_seen_anywhere_and_other_reads_only_their_own_space()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Value("1", "3.0", 3, Token(("a", 3), ("b", 7))),
            Answers.Value("1", "7.0", 7, Token(("b", 8))),
            Answers.Value("1", "8.0", 8, Token(("b", 8), ("a", 3))),
            Answers.Written("1.0", 1, token: Token(("c", 1), ("b", 8), ("a", 3))),
            Answers.Value("1", "8.0", 8, Token(("b", 8))));
        using var client = new MemoryClient(service.Address);

        await client.Space("a").GetAsync("k");
        await client.Space("b").GetAsync("k");
        await client.Space("b").GetAsync("k", new ReadOptions { Consistency = ConsistencyLevel.Causal });
        await client.Space("c").PutAsync("k", One);
        await client.Space("b").GetAsync("k");

        service.Requests.Select(r => Read(r.Header("Memory-Token"))).ShouldBe(["", "b7", "b8 a3", "b8 a3", "b8"]);
    }

    [Fact]
    public async Task What_has_no_room_in_a_token_is_said_to_be_missing()
    {
        var spaces = Enumerable.Range(0, 200).Select(i => $"space-{i}").ToList();
        await using var service = await ScriptedService.StartAsync(
            [.. spaces.Select(space => Answers.Value("1", "1.0", 1, Token((space, 1)))), Answers.Value("1", "1.0", 1, Token(("space-0", 1)))]);
        using var client = new MemoryClient(service.Address);

        foreach (var space in spaces)
            await client.Space(space).GetAsync("k");
        await client.Space("space-0").GetAsync("k", new ReadOptions { Consistency = ConsistencyLevel.Causal });

        var token = service.Requests[^1].Header("Memory-Token").ShouldNotBeNull();
        token.Length.ShouldBeLessThanOrEqualTo(TokenReader.MaxLength);
        Read(token).ShouldStartWith("space-01 space-1991 space-1981");
        Gaps(token).ShouldBe(TokenGaps.Seen);
    }

    static string Token(params (string Space, long Version)[] seen)
    {
        var writer = new TokenWriter(new byte[TokenReader.MaxBytes], "default");
        foreach (var (space, version) in seen)
            writer.TryWrite(space, version).ShouldBeTrue();
        return writer.Finish(TokenGaps.None);
    }

    static string Read(string? token)
    {
        if (token is null)
            return "";
        TokenReader.TryOpen(token, new byte[TokenReader.MaxBytes], "default", out var reader).ShouldBeTrue();
        var seen = new List<string>();
        while (reader.TryRead(out var name, out var version))
            seen.Add($"{Encoding.ASCII.GetString(name)}{version}");
        reader.IsAtEnd.ShouldBeTrue();
        return string.Join(' ', seen);
    }

    static TokenGaps Gaps(string token) =>
        TokenReader.TryOpen(token, new byte[TokenReader.MaxBytes], "default", out var reader) ? reader.Gaps : throw new FormatException(token);

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
