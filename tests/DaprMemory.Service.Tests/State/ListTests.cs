namespace DaprMemory.Service.Tests.State;

public sealed class ListTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Pages_in_ordinal_order_hold_every_record_once()
    {
        string[] keys = ["Z", "a", "a-1", "a/1", "a/2", "a1", "b"];
        foreach (var key in keys.Reverse())
            await _service.SendAsync("PUT", "state/" + key, "1");

        var seen = new List<string>();
        var next = "";
        do
        {
            var page = await _service.SendAsync("GET", "state?limit=2" + (next == "" ? "" : "&after=" + next));
            page.Status.ShouldBe(200);
            page.Json.GetProperty("version").GetInt64().ShouldBe(7);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()!));
            next = page.Json.TryGetProperty("next", out var more) ? more.GetString()! : "";
        }
        while (next != "");
        seen.ShouldBe(keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("prefix=a/", "a/1,a/2")]
    [InlineData("prefix=a", "a,a-1,a/1")]
    [InlineData("prefix=a/1", "a/1")]
    [InlineData("prefix=x", "")]
    [InlineData("prefix=a/&after=a/1", "a/2")]
    [InlineData("after=a/1", "a/2,b")]
    [InlineData("prefix=", "a,a-1,a/1")]
    public async Task Prefix_and_after_narrow_the_list(string query, string keys)
    {
        foreach (var key in new[] { "a", "a-1", "a/1", "a/2", "b" })
            await _service.SendAsync("PUT", "state/" + key, "1");
        var list = await _service.SendAsync("GET", "state?limit=3&" + query);
        string.Join(',', list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString())).ShouldBe(keys);
    }

    [Fact]
    public async Task Items_tell_etag_tags_and_expiry()
    {
        var before = DateTimeOffset.UtcNow;
        await _service.SendAsync("PUT", "state/k?ttl=60&tags=lock,v:1", "1");
        var item = (await _service.SendAsync("GET", "state")).Json.GetProperty("items")[0];
        item.GetProperty("etag").GetString().ShouldBe("1.0");
        item.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["lock", "v:1"]);
        item.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeInRange(before.AddSeconds(59), DateTimeOffset.UtcNow.AddSeconds(61));
    }

    [Fact]
    public async Task A_list_at_a_version_looks_back()
    {
        await _service.SendAsync("PUT", "state/a", "1");
        await _service.SendAsync("PUT", "state/b", "1");
        await _service.SendAsync("DELETE", "state/a");
        var list = (await _service.SendAsync("GET", "state?at=1")).Json;
        list.GetProperty("items").GetArrayLength().ShouldBe(1);
        list.GetProperty("items")[0].GetProperty("key").GetString().ShouldBe("a");
        list.GetProperty("version").GetInt64().ShouldBe(1);
        (await _service.SendAsync("GET", "state?at=9")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_space_never_written_is_empty()
    {
        var list = await _service.SendAsync("GET", "state");
        list.Text.ShouldBe("""{"items":[],"version":0}""");
        list.Headers["Memory-Version"].ShouldBe("0");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=x")]
    [InlineData("after=")]
    [InlineData("after=a//b")]
    [InlineData("prefix=//")]
    [InlineData("prefix=a|")]
    [InlineData("at=-1")]
    [InlineData("at=99999999999999999999")]
    public async Task Arguments_that_break_a_rule_are_refused(string query) =>
        (await _service.SendAsync("GET", "state?" + query)).ShouldBeProblem(422, "invalid-query").GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();
}
