using System.Text.Json;
using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.Memories;

public sealed class BatchTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Each_memory_of_a_batch_gets_its_answer_and_all_stand_in_one_entry()
    {
        await _service.SendAsync("POST", "memories", """{"text":"known"}""");
        await _service.SendAsync("PUT", "memories/p", """{"text":"before"}""");
        var batch = await _service.SendAsync(
            "POST", "memories/batch",
            """{"memories":[{"text":"new"},{"text":"Known"},{"op":"put","id":"p","text":"after"},{"text":" NEW "},{"op":"add","id":"q","text":"mine"}]}""");
        batch.Status.ShouldBe(200, batch.Text);
        batch.ETag.ShouldBe("\"3.0\"");
        var items = batch.Json.GetProperty("items").EnumerateArray().Select(Describe).ToArray();
        items.ShouldBe(["3.0 created", "1.0 duplicate", "3.0", "3.0 duplicate", "3.0 created"]);
        batch.Json.GetProperty("items")[3].GetProperty("id").GetString().ShouldBe(batch.Json.GetProperty("items")[0].GetProperty("id").GetString());
        (await _service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(4);

        static string Describe(JsonElement item) =>
            item.GetProperty("etag").GetString() + (item.GetProperty("created").GetBoolean() ? " created" : "") + (item.TryGetProperty("duplicate", out _) ? " duplicate" : "");
    }

    [Fact]
    public async Task A_batch_with_one_that_can_not_be_is_refused_whole()
    {
        await _service.SendAsync("PUT", "memories/taken", """{"text":"before"}""");
        var taken = (await _service.SendAsync("POST", "memories/batch", """{"memories":[{"text":"a"},{"text":"b","supersedes":"taken"},{"id":"taken2","text":"x"}]}"""));
        taken.Status.ShouldBe(200, taken.Text);
        var refused = (await _service.SendAsync("POST", "memories/batch", """{"memories":[{"text":"c"},{"text":"d","supersedes":"taken"},{"id":"taken2","text":"e"}]}"""))
            .ShouldBeProblem(412, "precondition-failed");
        refused.GetProperty("index").GetInt32().ShouldBe(2);
        refused.GetProperty("key").GetString().ShouldBe("taken2");
        (await _service.SendAsync("POST", "memories/batch", """{"memories":[{"text":"c"},{"text":"d","supersedes":"nothing"}]}""")).ShouldBeProblem(404, "not-found")
            .GetProperty("index").GetInt32().ShouldBe(1);
        (await _service.SendAsync("GET", "memories")).Json.GetProperty("items").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_duplicates_included()
    {
        var known = await _service.SendAsync("POST", "memories", """{"text":"known"}""");
        const string Body = """{"memories":[{"text":"new"},{"text":"known"}]}""";
        var first = await _service.SendAsync("POST", "memories/batch", Body, "Idempotency-Key: k");
        first.Status.ShouldBe(200, first.Text);
        await _service.SendAsync("PUT", "memories/" + known.Json.GetProperty("id").GetString(), """{"text":"other"}""");
        await using var restarted = await TestService.StartAsync(_store);
        var repeat = await restarted.SendAsync("POST", "memories/batch", Body, "Idempotency-Key: k", "Memory-Attempt: 2");
        (repeat.Status, repeat.Text).ShouldBe((200, first.Text));
    }

    [Fact]
    public async Task A_batch_of_known_memories_writes_nothing()
    {
        await _service.SendAsync("POST", "memories", """{"text":"known"}""");
        var batch = await _service.SendAsync("POST", "memories/batch", """{"memories":[{"text":"known"}]}""");
        batch.Status.ShouldBe(200, batch.Text);
        batch.Json.TryGetProperty("etag", out _).ShouldBeFalse();
        batch.Headers["Memory-Version"].ShouldBe("1");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"memories":[]}""")]
    [InlineData("""{"memories":[null]}""")]
    [InlineData("""{"memories":[{"text":"a"},{}]}""")]
    [InlineData("""{"memories":[{"text":"a","op":"delete"}]}""")]
    [InlineData("""{"memories":[{"id":"a","text":"a"},{"id":"a","text":"b"}]}""")]
    [InlineData("""{"memories":[{"op":"put","id":"a","text":"a"},{"op":"put","id":"a","text":"a"}]}""")]
    [InlineData("""{"memories":[{"text":"a","supersedes":"o"},{"text":"b","supersedes":"o"}]}""")]
    [InlineData("""{"memories":[{"id":"o","text":"a"},{"text":"b","supersedes":"o"}]}""")]
    [InlineData("""{"memories":[{"text":"a"}],"more":1}""")]
    public async Task Bodies_that_break_a_rule_are_refused(string body)
    {
        (await _service.SendAsync("POST", "memories/batch", body)).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_has_at_most_256_memories_and_a_mebibyte()
    {
        static string Body(int count, int length) =>
            $$"""{"memories":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"text":"{{i}}{{new string('x', length)}}"}"""))}}]}""";
        (await _service.SendAsync("POST", "memories/batch", Body(256, 10))).Status.ShouldBe(200);
        (await _service.SendAsync("POST", "memories/batch", Body(257, 10))).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("POST", "memories/batch", Body(20, 60_000))).ShouldBeProblem(413, "value-too-large");
    }
}
