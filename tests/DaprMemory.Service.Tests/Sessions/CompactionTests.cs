using System.Text.Json;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Sessions;

public sealed class CompactionTests
{
    [Fact]
    public async Task What_last_cuts_off_is_told_in_short()
    {
        await using var service = await TestService.StartAsync();
        await SayAsync(service, 100);
        var read = await service.SendAsync("GET", "sessions/s/turns?last=10&compact=true");
        var summary = read.Json.GetProperty("summary");
        (summary.GetProperty("from").GetInt64(), summary.GetProperty("upTo").GetInt64()).ShouldBe((1, 90));
        summary.GetProperty("method").GetString().ShouldBe("extractive");
        summary.GetProperty("text").GetString()!.ShouldContain("anonymous: The number of box");
        read.Json.GetProperty("turns")[0].GetProperty("n").GetInt32().ShouldBe(91);

        (await service.SendAsync("GET", "sessions/s/turns?last=10")).Json.TryGetProperty("summary", out _).ShouldBeFalse();
        (await service.SendAsync("GET", "sessions/s/turns?last=100&compact=true")).Json.TryGetProperty("summary", out _).ShouldBeFalse("nothing is cut off");
        var tokens = await service.SendAsync("GET", "sessions/s/turns?maxTokens=50&compact=true");
        tokens.Json.GetProperty("summary").GetProperty("upTo").GetInt64().ShouldBe(tokens.Json.GetProperty("turns")[0].GetProperty("n").GetInt64() - 1);
        (await service.SendAsync("GET", "sessions/s/turns?compact=true")).ShouldBeProblem(422, "invalid-query");
        (await service.SendAsync("GET", "sessions/s/turns?last=1&compact=yes")).ShouldBeProblem(422, "invalid-query");
    }

    [Fact]
    public async Task A_model_writes_the_summaries_if_the_configuration_names_one()
    {
        await using var model = await ChatModel.StartAsync();
        await using var service = await TestService.StartAsync(
            new Conformance.InMemoryCommitStore(),
            ("Models:Chat:Endpoint", $"{model.Address}v1/"), ("Models:Chat:Model", "tiny"), ("Models:Chat:ApiKey", "secret"), ("Sessions:SummaryAfterTurns", "20"));
        await SayAsync(service, 40);
        JsonElement summary = default;
        for (var until = DateTimeOffset.UtcNow.AddSeconds(30); summary.ValueKind == JsonValueKind.Undefined || !summary.GetProperty("method").GetString()!.StartsWith("chat"); await Task.Delay(20))
        {
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
            summary = (await service.SendAsync("GET", "sessions/s/turns?last=2&compact=true")).Json.GetProperty("summary");
        }
        summary.GetProperty("method").GetString().ShouldBe("chat+extractive");
        summary.GetProperty("text").GetString()!.ShouldContain("what the model wrote");
        var (path, authorization, body) = model.Requests.First();
        (path, authorization).ShouldBe(("/v1/chat/completions", "Bearer secret"));
        body.GetProperty("model").GetString().ShouldBe("tiny");
        body.GetProperty("max_tokens").GetInt32().ShouldBe(400);
        body.GetProperty("messages")[1].GetProperty("content").GetString()!.ShouldContain("anonymous (user): The number of box 1 is 17.");
    }

    [Fact]
    public async Task A_model_that_fails_costs_nobody_an_answer()
    {
        await using var model = await ChatModel.StartAsync(status: 500);
        await using var service = await TestService.StartAsync(
            new Conformance.InMemoryCommitStore(),
            ("Models:Chat:Endpoint", $"{model.Address}v1"), ("Models:Chat:Model", "tiny"), ("Sessions:SummaryAfterTurns", "5"), ("Sessions:UnsummarizedTurns", "0"));
        await SayAsync(service, 20);
        (await service.SendAsync("GET", "sessions/s/turns?last=2&compact=true")).Json.GetProperty("summary").GetProperty("method").GetString().ShouldBe("extractive");
    }

    [Theory]
    [InlineData("Models:Chat:Endpoint", "http://127.0.0.1:1/v1")]
    [InlineData("Models:Chat:Model", "tiny")]
    public async Task A_model_without_an_address_or_a_name_is_refused_at_start(string key, string value) =>
        (await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestService.StartAsync(new Conformance.InMemoryCommitStore(), (key, value))))
            .Message.ShouldContain("an endpoint needs a model");

    static async Task SayAsync(TestService service, int turns)
    {
        for (var i = 1; i <= turns; i++)
        {
            var append = await service.SendAsync("POST", "sessions/s/turns", $$"""{"role":"user","text":"The number of box {{i}} is {{i * 17}}."}""");
            append.Status.ShouldBe(201, append.Text);
        }
    }
}
