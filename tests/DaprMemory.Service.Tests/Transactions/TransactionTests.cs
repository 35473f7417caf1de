namespace DaprMemory.Service.Tests.Transactions;

public sealed class TransactionTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task All_changes_take_place_under_one_etag()
    {
        await _service.SendAsync("PUT", "state/old", """{"a":1}""");
        await _service.SendAsync("PUT", "state/gone", "1");
        await _service.SendAsync("PUT", "state/seen", "1");
        var answer = await _service.SendAsync("POST", "transactions", """
            {"changes":[
              {"op":"put","key":"new","value": [1 , 2.50] ,"ifNoneMatch":"*","ttl":60,"tags":["t"]},
              {"value":{"b":2},"key":"old","op":"patch","ifMatch":"1.0"},
              {"op":"delete","key":"gone","ifMatch":"\"2.0\""},
              {"op":"check","key":"seen","ifMatch":"*"},
              {"op":"check","key":"none","ifNoneMatch":"*"}]}
            """);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldBe("""{"version":4,"etag":"4.0","changes":[{"key":"new","etag":"4.0"},{"key":"old","etag":"4.0"},{"key":"gone","etag":"4.0"},{"key":"seen"},{"key":"none"}]}""");
        answer.ETag.ShouldBe("\"4.0\"");
        (await _service.SendAsync("GET", "state/new")).Text.ShouldBe("[1 , 2.50]");
        (await _service.SendAsync("GET", "state/old")).Text.ShouldBe("""{"a":1,"b":2}""");
        (await _service.SendAsync("GET", "state/gone")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task One_failing_precondition_undoes_all_and_is_named(int index)
    {
        await _service.SendAsync("PUT", "state/k2", "0");
        var changes = Enumerable.Range(0, 5).Select(i => i == index
            ? $$"""{"op":"put","key":"k{{i}}","value":1,"ifMatch":"77.0"}"""
            : $$"""{"op":"put","key":"k{{i}}","value":1}""");
        var answer = await _service.SendAsync("POST", "transactions", $$"""{"changes":[{{string.Join(',', changes)}}]}""");
        var problem = answer.ShouldBeProblem(412, "precondition-failed");
        problem.GetProperty("index").GetInt32().ShouldBe(index);
        problem.GetProperty("key").GetString().ShouldBe($"k{index}");
        problem.TryGetProperty("etag", out var etag).ShouldBe(index == 2);
        if (index == 2)
            etag.GetString().ShouldBe("1.0");
        (await _service.SendAsync("GET", "state")).Text.ShouldBe("""{"items":[{"key":"k2","etag":"1.0"}],"version":1}""");
    }

    [Fact]
    public async Task A_delete_or_patch_of_a_missing_record_undoes_all_and_is_named()
    {
        foreach (var change in new[] { """{"op":"delete","key":"none"}""", """{"op":"patch","key":"none","value":{}}""" })
        {
            var answer = await _service.SendAsync("POST", "transactions", $$"""{"changes":[{"op":"put","key":"k","value":1},{{change}}]}""");
            answer.ShouldBeProblem(404, "not-found").GetProperty("index").GetInt32().ShouldBe(1);
        }
        (await _service.SendAsync("GET", "state/k")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Only_checks_change_nothing()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        var answer = await _service.SendAsync("POST", "transactions", """{"changes":[{"op":"check","key":"k","ifMatch":"1.0"}]}""");
        answer.Text.ShouldBe("""{"version":1,"changes":[{"key":"k"}]}""");
        answer.ETag.ShouldBeNull();
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"changes":{}}""")]
    [InlineData("""{"changes":[]}""")]
    [InlineData("""{"changes":[1]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1}],"more":1}""")]
    [InlineData("""{"more":1,"changes":[{"op":"put","key":"k","value":1}]}""")]
    [InlineData("""{"changes":[{"key":"k","value":1}]}""")]
    [InlineData("""{"changes":[{"op":"Put","key":"k","value":1}]}""")]
    [InlineData("""{"changes":[{"op":"put","value":1}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k"}]}""")]
    [InlineData("""{"changes":[{"op":"patch","key":"k"}]}""")]
    [InlineData("""{"changes":[{"op":"delete","key":"k","value":1}]}""")]
    [InlineData("""{"changes":[{"op":"check","key":"k","ttl":1}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ifmatch":"1.0"}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ifMatch":""}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ifMatch":"1.0, 2.0"}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ifMatch":null}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ifNoneMatch":"1.0"}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ttl":0}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ttl":"60"}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"ttl":1.5}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"tags":[]}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"tags":[1]}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"tags":["\ud800"]}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1,"value":2}]}""")]
    [InlineData("""{"changes":[{"op":"put","key":"k","value":1},{"op":"check","key":"k"}]}""")]
    public async Task A_request_that_breaks_a_rule_is_refused(string body)
    {
        (await _service.SendAsync("POST", "transactions", body)).ShouldBeProblem(422, "invalid-request").GetProperty("rule").GetString().ShouldNotBeNullOrEmpty();
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_bad_key_is_refused_and_its_place_named()
    {
        var answer = await _service.SendAsync(
            "POST", "transactions", """{"changes":[{"op":"put","key":"a","value":1},{"op":"put","key":"../a","value":1}]}""");
        answer.ShouldBeProblem(422, "invalid-key").GetProperty("detail").GetString().ShouldBe("changes[1]");
    }

    [Fact]
    public async Task Up_to_1000_changes_are_taken()
    {
        (await _service.SendAsync("POST", "transactions", Puts(1001))).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("POST", "transactions", Puts(1000))).Json.GetProperty("changes").GetArrayLength().ShouldBe(1000);

        static string Puts(int count) =>
            $$"""{"changes":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"op":"put","key":"k{{i}}","value":{{i}}}"""))}}]}""";
    }

    [Fact]
    public async Task Values_of_together_1_MiB_are_taken_and_one_byte_more_is_not()
    {
        var half = '"' + new string('x', (512 * 1024) - 2) + '"';
        var larger = await _service.SendAsync("POST", "transactions", Body(half[..^1] + "x\""));
        larger.ShouldBeProblem(413, "value-too-large").GetProperty("limitBytes").GetInt64().ShouldBe(1024 * 1024);
        (await _service.SendAsync("POST", "transactions", Body(half))).Status.ShouldBe(200);
        (await _service.SendAsync("POST", "transactions", new string(' ', (4 * 1024 * 1024) + 1))).ShouldBeProblem(413, "value-too-large");

        string Body(string second) => $$"""{"changes":[{"op":"put","key":"a","value":{{half}}},{"op":"put","key":"b","value":{{second}}}]}""";
    }

    [Fact]
    public async Task A_value_may_have_64_levels_in_a_transaction_too()
    {
        (await _service.SendAsync("POST", "transactions", Body(64))).Status.ShouldBe(200);
        (await _service.SendAsync("POST", "transactions", Body(65))).ShouldBeProblem(400, "invalid-json");

        static string Body(int levels) => $$"""{"changes":[{"op":"put","key":"a","value":{{new string('[', levels)}}{{new string(']', levels)}}}]}""";
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_refused()
    {
        (await _service.SendAsync("POST", "transactions", "{\"changes\":[}")).ShouldBeProblem(400, "invalid-json");
        using var text = new StringContent("{}");
        (await _service.SendAsync("POST", "transactions", text)).ShouldBeProblem(415, "unsupported-media-type");
    }
}
