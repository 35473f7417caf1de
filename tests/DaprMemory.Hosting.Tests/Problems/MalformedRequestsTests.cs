using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Tests.Problems;

public sealed class MalformedRequestsTests
{
    const string NulProblem =
        """{"type":"urn:daprmemory:invalid-key","title":"A name or argument breaks a rule","status":422,"rule":"a key has no control characters (U+0000)"}""";

    [Theory]
    [InlineData("/v1/t/s/state/a%00b")]
    [InlineData("/v1/t/s/state/%00?at=1")]
    public async Task Target_with_an_encoded_NUL_is_an_invalid_key(string target)
    {
        await using var service = await TestService.StartAsync();

        var (status, body) = await service.SendTargetAsync(target);

        status.ShouldBe(422);
        body.ShouldBe(NulProblem);
    }

    [Fact]
    public async Task Target_with_an_encoded_NUL_in_its_query_is_served()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", () => "x"));

        (await service.SendTargetAsync("/x?prefix=%00")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Bodies_and_earlier_requests_of_a_connection_are_not_misread()
    {
        await using var service = await TestService.StartAsync(app => app.MapPut("/x", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            return await reader.ReadToEndAsync();
        }));
        const string Trap = "GET /a%00 HTTP/1.1\r\n\r\n";

        var answer = await service.SendRawAsync(
            $"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: {Trap.Length}\r\n\r\n{Trap}"
            + "GET /b%00 HTTP/1.1\r\nHost: h\r\n\r\n"
            + "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");

        answer.Split("HTTP/1.1 ")[1..].Select(part => part[..3]).Where(part => int.TryParse(part, out _)).ShouldBe(["200", "422"]);
        answer.ShouldContain(Trap);
        answer.ShouldEndWith(NulProblem);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nBad header\r\n\r\n", 400)]
    [InlineData("GET / HTTP/3.7\r\nHost: h\r\n\r\n", 505)]
    public async Task Malformed_request_is_answered_with_a_problem(string request, int status)
    {
        await using var service = await TestService.StartAsync();

        var answer = await service.SendRawAsync(request);

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        answer.ShouldContain("Content-Type: application/problem+json\r\n");
        answer.ShouldContain($"\"status\":{status}");
    }

    [Fact]
    public async Task Target_that_is_too_long_is_answered_with_a_problem()
    {
        await using var service = await TestService.StartAsync();

        var (status, body) = await service.SendTargetAsync("/" + new string('x', 9000));

        status.ShouldBe(414);
        body.ShouldContain("\"status\":414");
    }
}
