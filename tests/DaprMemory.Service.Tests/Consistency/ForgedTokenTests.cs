using System.Buffers.Text;
using System.Text;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class ForgedTokenTests : IAsyncLifetime
{
    TestCluster _cluster = null!;

    TestService Service => _cluster.Nodes[0];

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(1);
        await Service.SendAsync("PUT", "state/k", "1");
        await Service.SendAsync("PUT", "/v1/acme/b/state/k", "1");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public static TheoryData<string, string, string?> Calls => new()
    {
        { "GET", "state/k", null },
        { "HEAD", "state/k", null },
        { "GET", "state/k?at=1", null },
        { "GET", "state", null },
        { "GET", "commits", null },
        { "GET", "commits/1", null },
        { "GET", "watch", null },
        { "GET", "watch?after=0", null },
        { "POST", "state/read", """{"keys":["k"]}""" },
        { "PUT", "state/k", "2" },
        { "PATCH", "state/k", "2" },
        { "DELETE", "state/k", null },
        { "POST", "transactions", """{"changes":[{"op":"put","key":"k","value":2}]}""" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task No_call_takes_what_is_no_token_of_this_tenant(string method, string path, string? body)
    {
        string[] forged =
        [
            "x", "%", "AAAA", new string('A', 4000), Token(1, "acme", ("agent-1", 1))[..^1] + "=", Token(1, "acme2", ("agent-1", 1)), Token(1, "other", ("agent-1", 1)),
            Token(1, "acm", ("agent-1", 1)), Token(0, "acme", ("agent-1", 1)), Token(2, "acme", ("agent-1", 1)), Token(0x21, "acme", ("agent-1", 1)),
            Token(1, "acme", ("agent-1", 0)), Token(1, "acme", ("a b", 1)), Token(1, "acme", ("..", 1)), Token(1, "acme", ("*", 1)), Token(1, "acme", ("", 1)),
            Base64Url.EncodeToString([1, 4, .. "acme"u8, 200]), Base64Url.EncodeToString([1, 4, .. "acme"u8, 7, .. "agent-1"u8]), Base64Url.EncodeToString([1, 200, .. "acme"u8]),
            Base64Url.EncodeToString([1, 4, .. "acme"u8, 7, .. "agent-1"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        ];
        foreach (var token in forged)
        {
            foreach (var level in new[] { "eventual", "session", "causal", "strong" })
                await ShouldBeRefusedAsync(method, path, body, token, level);
        }
        await NothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task No_call_that_goes_by_the_version_takes_one_that_does_not_exist(string method, string path, string? body)
    {
        foreach (var version in new[] { 2, long.MaxValue })
        {
            foreach (var level in new[] { "session", "causal", "strong" })
                await ShouldBeRefusedAsync(method, path, body, Token(1, "acme", ("agent-1", version)), level);
        }
        await NothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("PUT", "state/k", "2")]
    [InlineData("DELETE", "state/k", null)]
    [InlineData("POST", "transactions", """{"changes":[{"op":"put","key":"k","value":2}]}""")]
    public async Task No_version_of_another_space_that_does_not_exist_is_written_down_for_others_to_stumble_over(string method, string path, string? body)
    {
        foreach (var level in new[] { "eventual", "session", "causal", "strong" })
        {
            await ShouldBeRefusedAsync(method, path, body, Token(1, "acme", ("b", 2)), level);
            await ShouldBeRefusedAsync(method, path, body, Token(1, "acme", ("never-written", 1), ("b", 1)), level);
        }
        await NothingIsWrittenAsync();
        (await Service.SendAsync(method, path, body, "Memory-Token: " + Token(1, "acme", ("b", 1)))).Status.ShouldBeInRange(200, 204);
    }

    [Fact]
    public async Task While_the_store_is_down_a_write_whose_dependencies_cannot_be_proved_is_not_made()
    {
        _cluster.TakeStoreDown();
        (await Service.SendAsync("PUT", "state/k", "2", "Memory-Token: " + Token(1, "acme", ("b", 2))))
            .ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("none");
    }

    [Fact]
    public async Task Tokens_from_before_there_were_flags_are_good()
    {
        (await Service.SendAsync("GET", "state/k", null, "Memory-Token: " + Token(1, "acme", ("agent-1", 1), ("b", 1)), "Memory-Consistency: causal"))
            .Headers["Memory-Consistency"].ShouldBe("causal");
        foreach (var flags in new[] { 0x80, 0x40, 0xC0 })
        {
            (await Service.SendAsync("GET", "state/k", null, "Memory-Token: " + Token((byte)(flags | 1), "acme", ("b", 1)), "Memory-Consistency: causal"))
                .Headers["Memory-Consistency"].ShouldBe("strong");
        }
    }

    async Task ShouldBeRefusedAsync(string method, string path, string? body, string token, string level)
    {
        var answer = await Service.SendAsync(method, path, body, "Memory-Token: " + token, "Memory-Consistency: " + level);
        answer.Status.ShouldBe(422, $"{method} {path} {token} {level}: {answer.Text}");
        if (method != "HEAD")
            answer.ShouldBeProblem(422, "invalid-token");
    }

    async Task NothingIsWrittenAsync() =>
        (await Service.SendAsync("GET", "commits", null, "Memory-Consistency: strong")).Json.GetProperty("version").GetInt64().ShouldBe(1);

    static string Token(byte format, string tenant, params (string Space, long Version)[] seen)
    {
        List<byte> bytes = [format, (byte)tenant.Length, .. Encoding.ASCII.GetBytes(tenant)];
        foreach (var (space, version) in seen)
        {
            bytes.Add((byte)space.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(space));
            var rest = version;
            for (; rest > 0x7F; rest >>= 7)
                bytes.Add((byte)(rest | 0x80));
            bytes.Add((byte)rest);
        }
        return Base64Url.EncodeToString(bytes.ToArray());
    }
}
