using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Builder;

namespace DaprMemory.Hosting.Tests.Problems;

public sealed class ProblemTests
{
    public static TheoryData<string, Problem, string> Kinds { get; } = new()
    {
        { "json", Problem.InvalidJson("line 1"), """{"type":"urn:daprmemory:invalid-json","title":"The body is not one JSON value in UTF-8","status":400,"detail":"line 1"}""" },
        { "missing", Problem.NotFound(), """{"type":"urn:daprmemory:not-found","title":"Not found","status":404}""" },
        { "failed", Problem.PreconditionFailed("a/b", "3.0"), """{"type":"urn:daprmemory:precondition-failed","title":"A precondition does not hold","status":412,"key":"a/b","etag":"3.0"}""" },
        { "absent", Problem.PreconditionFailed("k", null, 2), """{"type":"urn:daprmemory:precondition-failed","title":"A precondition does not hold","status":412,"key":"k","index":2}""" },
        { "large", Problem.ValueTooLarge(1048576), """{"type":"urn:daprmemory:value-too-large","title":"The value is too large","status":413,"limitBytes":1048576}""" },
        { "media", Problem.UnsupportedMediaType(), """{"type":"urn:daprmemory:unsupported-media-type","title":"The body's Content-Type is not JSON","status":415}""" },
        { "invalid", Problem.Invalid(ProblemTypes.InvalidSpace, "a \"rule\" of é"), """{"type":"urn:daprmemory:invalid-space","title":"A name or argument breaks a rule","status":422,"rule":"a \"rule\" of é"}""" },
        { "repeat", Problem.IdempotencyMismatch(), """{"type":"urn:daprmemory:idempotency-mismatch","title":"The idempotency key was used for another request","status":422}""" },
        { "corrupt", Problem.LogCorrupt(7), """{"type":"urn:daprmemory:log-corrupt","title":"A commit record does not verify","status":500,"commit":7}""" },
        { "away", Problem.Unavailable("the store", "unknown"), """{"type":"urn:daprmemory:unavailable","title":"Not available now","status":503,"detail":"the store","outcome":"unknown"}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Problem_of_each_kind_answers_as_the_contract_says(string path, Problem problem, string body)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/" + path, () => problem));

        using var response = await service.Client.GetAsync("/" + path);

        (await response.ReadProblemAsync()).ShouldBe(body);
        ((int)response.StatusCode).ShouldBe(problem.Status);
        response.Headers.RetryAfter?.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (response.Headers.RetryAfter is not null).ShouldBe(problem.Status == 503);
    }

    [Theory]
    [InlineData(0.0, "1")]
    [InlineData(1.2, "2")]
    [InlineData(30.0, "30")]
    public async Task Retry_after_is_in_whole_seconds_and_at_least_one(double seconds, string header)
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/away", () => Problem.Unavailable(retryAfter: TimeSpan.FromSeconds(seconds))));

        using var response = await service.Client.GetAsync("/away");

        response.Headers.GetValues("Retry-After").ShouldBe([header]);
    }

    [Fact]
    public async Task Problem_for_HEAD_has_its_length_and_no_body()
    {
        await using var service = await TestService.StartAsync(app => app.MapMethods("/x", ["HEAD"], () => Problem.NotFound()));

        var answer = await service.SendRawAsync("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 404 Not Found\r\nContent-Length: 68\r\n");
        answer.ShouldEndWith("\r\n\r\n");
    }
}
