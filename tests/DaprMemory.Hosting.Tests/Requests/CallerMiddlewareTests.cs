using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Tests.Requests;

public sealed class CallerMiddlewareTests
{
    [Theory]
    [InlineData("", "anonymous")]
    [InlineData("Memory-Agent: planner 7\r\n", "planner 7")]
    [InlineData("memory-agent: ~!\"#\r\n", "~!\"#")]
    public async Task Caller_is_whom_the_header_names_else_anonymous(string header, string agent)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/", (HttpContext context) => context.GetCaller().Agent));

        var answer = await service.SendRawAsync($"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{header}\r\n");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain($"\r\n{agent}\r\n");
    }

    [Theory]
    [InlineData("Memory-Agent:\r\n", "an agent has 1 to 128 characters")]
    [InlineData("Memory-Agent: a\tb\r\n", "an agent consists of visible ASCII characters and spaces")]
    [InlineData("Memory-Agent: Zo\u00c3\u00ab\r\n", "an agent consists of visible ASCII characters and spaces")]
    [InlineData("Memory-Agent: a\r\nMemory-Agent: b\r\n", "a request names one agent")]
    public async Task Agent_that_breaks_a_rule_is_refused_with_the_rule(string header, string rule)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/", () => "never"));

        var answer = await service.SendRawAsync($"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{header}\r\n");

        answer.ShouldStartWith("HTTP/1.1 422");
        answer.ShouldEndWith($$"""{"type":"urn:daprmemory:invalid-header","title":"A name or argument breaks a rule","status":422,"detail":"Memory-Agent","rule":"{{rule}}"}""");
    }
}
