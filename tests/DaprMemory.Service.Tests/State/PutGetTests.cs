using System.Text;
using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.State;

public sealed class PutGetTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Put_of_a_new_key_creates_and_of_an_old_one_replaces()
    {
        var created = await _service.SendAsync("PUT", "state/plan/step-1", """{"a":1}""");
        created.Status.ShouldBe(201);
        created.ETag.ShouldBe("\"1.0\"");
        created.Text.ShouldBe("""{"key":"plan/step-1","etag":"1.0","version":1}""");
        created.Headers["Memory-Version"].ShouldBe("1");
        created.Headers["Memory-Consistency"].ShouldBe("session");
        created.Headers["Memory-Shard"].ShouldBe("memory-0");

        var replaced = await _service.SendAsync("PUT", "state/plan/step-1", "2");
        replaced.Status.ShouldBe(200);
        replaced.ETag.ShouldBe("\"2.0\"");
    }

    public static TheoryData<string> Values => new(
        """{"b":1,"a":2,"a":3}""",
        " \t\r\n[1 ,2]\n ",
        "123456789012345678901234567890.000100e-2",
        "9007199254740993",
        """ "käse 🧀 \ud83e\uddc0 \u0000 \ud800 </script>" """,
        "null",
        "\"\"",
        string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64)));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Get_gives_the_bytes_that_were_put(string value)
    {
        await _service.SendAsync("PUT", "state/k", value);
        var got = await _service.SendAsync("GET", "state/k");
        got.Status.ShouldBe(200);
        got.Text.ShouldBe(value);
        got.ETag.ShouldBe("\"1.0\"");
        got.Headers["Content-Type"].ShouldBe("application/json");
        got.Headers["Memory-Source"].ShouldBe("cache");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Get_after_a_restart_gives_the_bytes_that_were_put(string value)
    {
        var store = new InMemoryCommitStore();
        await using (var first = await TestService.StartAsync(store))
            await first.SendAsync("PUT", "state/k", value);
        await using var second = await TestService.StartAsync(store);
        var got = await second.SendAsync("GET", "state/k");
        got.Text.ShouldBe(value);
        got.Headers["Memory-Source"].ShouldBe("store");
    }

    [Fact]
    public async Task Head_answers_as_get_without_the_value()
    {
        await _service.SendAsync("PUT", "state/k", "[1,2,3]");
        var head = await _service.SendAsync("HEAD", "state/k");
        head.Status.ShouldBe(200);
        head.ETag.ShouldBe("\"1.0\"");
        head.Headers["Content-Length"].ShouldBe("7");
        head.Body.ShouldBeEmpty();
        (await _service.SendAsync("HEAD", "state/none")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Get_of_a_missing_key_is_not_found_and_tells_the_version()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        var got = await _service.SendAsync("GET", "state/other");
        got.ShouldBeProblem(404, "not-found");
        got.Headers["Memory-Version"].ShouldBe("1");
        got.Headers.ShouldContainKey("Memory-Token");
    }

    [Theory]
    [InlineData("\"1.0\"", 304)]
    [InlineData("W/\"1.0\"", 304)]
    [InlineData("\"x\", \"1.0\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"1.1\"", 200)]
    [InlineData("1.0", 422)]
    public async Task Get_with_if_none_match(string header, int status)
    {
        await _service.SendAsync("PUT", "state/k", "1");
        var got = await _service.SendAsync("GET", "state/k", null, "If-None-Match: " + header);
        got.Status.ShouldBe(status);
        if (status == 304)
            got.ETag.ShouldBe("\"1.0\"");
    }

    [Fact]
    public async Task Get_at_a_version_looks_back()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        await _service.SendAsync("PUT", "state/k", "2");
        await _service.SendAsync("DELETE", "state/k");
        var first = await _service.SendAsync("GET", "state/k?at=1");
        first.Text.ShouldBe("1");
        first.Headers["Memory-Version"].ShouldBe("1");
        (await _service.SendAsync("GET", "state/k?at=2")).Text.ShouldBe("2");
        (await _service.SendAsync("GET", "state/k?at=3")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "state/k?at=4")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "state/k?at=0")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "state/k?at=-1")).ShouldBeProblem(422, "invalid-query");
    }

    [Fact]
    public async Task Get_at_an_old_version_does_not_set_the_token_back()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        var newest = (await _service.SendAsync("PUT", "state/k", "2")).Token;
        var old = await _service.SendAsync("GET", "state/k?at=1", null, "Memory-Token: " + newest);
        old.Token.ShouldBe(newest);
    }

    [Fact]
    public async Task Delete_leaves_a_tombstone()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        var deleted = await _service.SendAsync("DELETE", "state/k");
        deleted.Status.ShouldBe(204);
        deleted.ETag.ShouldBe("\"2.0\"");
        (await _service.SendAsync("GET", "state/k")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("DELETE", "state/k")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("PUT", "state/k", "3")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Patch_merges_and_keeps_what_it_does_not_name()
    {
        await _service.SendAsync("PUT", "state/k?ttl=1000&tags=a,b", """{"big":9007199254740993,"gone":1,"deep":{"x":1}}""");
        using var patch = new StringContent("""{"gone":null,"deep":{"y":2}}""", Encoding.UTF8, "application/merge-patch+json");
        var patched = await _service.SendAsync("PATCH", "state/k", patch);
        patched.Status.ShouldBe(200);
        patched.ETag.ShouldBe("\"2.0\"");
        (await _service.SendAsync("GET", "state/k")).Text.ShouldBe("""{"big":9007199254740993,"deep":{"x":1,"y":2}}""");
        var item = (await _service.SendAsync("GET", "state")).Json.GetProperty("items")[0];
        item.GetProperty("tags").GetArrayLength().ShouldBe(2);
        item.TryGetProperty("expiresAt", out _).ShouldBeTrue();
        (await _service.SendAsync("PATCH", "state/none", "{}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Put_without_ttl_and_tags_takes_them_away()
    {
        await _service.SendAsync("PUT", "state/k?ttl=1000&tags=a", "1");
        await _service.SendAsync("PUT", "state/k", "2");
        (await _service.SendAsync("GET", "state")).Json.GetProperty("items")[0].EnumerateObject().Select(p => p.Name).ShouldBe(["key", "etag"]);
    }

    [Fact]
    public async Task Paths_and_methods_that_do_not_exist_are_problems()
    {
        (await _service.SendAsync("GET", "nothing")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "/")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("POST", "state/k", "1")).Status.ShouldBe(405);
        (await _service.SendAsync("GET", "/v1/acme/agent-1@branch/state/k")).ShouldBeProblem(404, "not-found");
    }
}
