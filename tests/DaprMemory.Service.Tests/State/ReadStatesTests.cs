using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.State;

public sealed class ReadStatesTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Values_come_in_the_order_of_the_keys_byte_for_byte_and_absent_ones_without()
    {
        await _service.SendAsync("PUT", "state/a", " {\"x\" : 1.0}\r\n");
        await _service.SendAsync("PUT", "state/b", "null");
        var read = await _service.SendAsync("POST", "state/read", """{"keys":["b","nothing","a"]}""");
        read.Status.ShouldBe(200, read.Text);
        read.Text.ShouldBe("{\"version\":2,\"items\":[{\"key\":\"b\",\"etag\":\"2.0\",\"value\":null},{\"key\":\"nothing\"},{\"key\":\"a\",\"etag\":\"1.0\",\"value\": {\"x\" : 1.0}\r\n}]}");
        read.Headers["Memory-Version"].ShouldBe("2");
        read.Headers["Memory-Source"].ShouldBe("cache");
    }

    [Fact]
    public async Task All_values_are_of_one_version()
    {
        await _service.SendAsync("POST", "transactions", """{"changes":[{"op":"put","key":"a","value":0},{"op":"put","key":"b","value":0}]}""");
        var writes = Task.Run(async () =>
        {
            for (var i = 1; i <= 100; i++)
                await _service.SendAsync("POST", "transactions", $$"""{"changes":[{"op":"put","key":"a","value":{{i}}},{"op":"put","key":"b","value":{{i}}}]}""");
        });
        while (!writes.IsCompleted)
        {
            var items = (await _service.SendAsync("POST", "state/read", """{"keys":["a","b"]}""")).Json.GetProperty("items");
            items[0].GetProperty("value").GetInt32().ShouldBe(items[1].GetProperty("value").GetInt32());
        }
        await writes;
    }

    [Fact]
    public async Task What_has_no_room_is_left_and_can_be_read_at_the_same_version()
    {
        var large = '"' + new string('x', 1024 * 1024 - 2) + '"';
        for (var i = 0; i < 6; i++)
            (await _service.SendAsync("PUT", $"state/k{i}", large)).Status.ShouldBe(201);
        var read = await _service.SendAsync("POST", "state/read", """{"keys":["k0","k1","k2","k3","k4","k5"]}""");
        read.Body.Length.ShouldBeLessThan(4 * 1024 * 1024);
        read.Json.GetProperty("items").GetArrayLength().ShouldBe(3);
        read.Json.GetProperty("left").GetRawText().ShouldBe("""["k3","k4","k5"]""");

        await _service.SendAsync("PUT", "state/k3", "0");
        var rest = await _service.SendAsync("POST", "state/read?at=6", """{"keys":["k3","k4","k5"]}""");
        rest.Json.GetProperty("version").GetInt64().ShouldBe(6);
        rest.Json.GetProperty("items")[0].GetProperty("value").GetString()!.Length.ShouldBe(1024 * 1024 - 2);
    }

    [Fact]
    public async Task It_is_a_read_like_GET_at_every_level()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster.Nodes[0].SendAsync("PUT", "state/k", "1");
        await cluster.Nodes[1].SendAsync("GET", "state/k");
        var put = await cluster.Nodes[0].SendAsync("PUT", "state/k", "2");
        foreach (var (header, value) in new[]
                 {
                     ("Memory-Consistency: eventual", "1"), ("Memory-Token: " + put.Token, "2"), ("Memory-Consistency: strong", "2"),
                 })
        {
            await using var late = await TestService.StartAsync(cluster.Store);
            var read = await cluster.Nodes[1].SendAsync("POST", "state/read", """{"keys":["k"]}""", header);
            read.Json.GetProperty("items")[0].GetProperty("value").GetRawText().ShouldBe(value, header);
        }
    }

    [Theory]
    [InlineData("{}", "invalid-request")]
    [InlineData("[]", "invalid-request")]
    [InlineData("""{"keys":[]}""", "invalid-request")]
    [InlineData("""{"keys":["a","a"]}""", "invalid-request")]
    [InlineData("""{"keys":["a",1]}""", "invalid-request")]
    [InlineData("""{"keys":["a"],"more":1}""", "invalid-request")]
    [InlineData("""{"keys":"a"}""", "invalid-request")]
    [InlineData("""{"keys":["a//b"]}""", "invalid-key")]
    [InlineData("""{"keys":["\ud800"]}""", "invalid-key")]
    public async Task Bodies_that_break_a_rule_are_refused(string body, string type) =>
        (await _service.SendAsync("POST", "state/read", body)).ShouldBeProblem(422, type);

    [Fact]
    public async Task One_key_too_many_is_refused()
    {
        static string Body(int keys) => $$"""{"keys":[{{string.Join(',', Enumerable.Range(0, keys).Select(i => $"\"k{i}\""))}}]}""";
        (await _service.SendAsync("POST", "state/read", Body(100))).Json.GetProperty("items").GetArrayLength().ShouldBe(100);
        (await _service.SendAsync("POST", "state/read", Body(101))).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("POST", "state/read", "{")).ShouldBeProblem(400, "invalid-json");
    }

    [Fact]
    public async Task A_record_may_be_called_read_all_the_same()
    {
        (await _service.SendAsync("PUT", "state/read", "1")).Status.ShouldBe(201);
        (await _service.SendAsync("GET", "state/read")).Text.ShouldBe("1");
        (await _service.SendAsync("POST", "state/other", "1")).Status.ShouldBe(405);
    }
}
