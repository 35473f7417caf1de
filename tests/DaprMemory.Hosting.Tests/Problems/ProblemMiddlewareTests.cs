using System.Net;
using System.Text.Json;
using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Hosting.Tests.Problems;

public sealed class ProblemMiddlewareTests
{
    [Fact]
    public async Task Path_that_nobody_maps_is_404()
    {
        await using var service = await TestService.StartAsync();

        using var response = await service.Client.GetAsync("/nowhere");

        (await response.ReadProblemAsync()).ShouldBe("""{"type":"urn:daprmemory:not-found","title":"Not found","status":404,"detail":"no such path"}""");
    }

    [Fact]
    public async Task Method_that_a_path_does_not_know_is_405_with_Allow()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", () => "x"));

        using var response = await service.Client.DeleteAsync("/x");

        (await response.ReadProblemAsync()).ShouldContain("urn:daprmemory:method-not-allowed");
        response.Content.Headers.Allow.ShouldBe(["GET"]);
    }

    [Fact]
    public async Task Error_status_with_a_body_of_its_own_is_left_alone()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", () => Results.Text("mine", statusCode: 418)));

        using var response = await service.Client.GetAsync("/x");

        ((int)response.StatusCode).ShouldBe(418);
        (await response.Content.ReadAsStringAsync()).ShouldBe("mine");
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Bare_gateway_errors_are_unavailable_under_their_own_status(int status)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", () => Results.StatusCode(status)));

        using var response = await service.Client.GetAsync("/x");

        ((int)response.StatusCode).ShouldBe(status);
        (await response.ReadProblemAsync()).ShouldContain("urn:daprmemory:unavailable");
    }

    [Fact]
    public async Task Unplanned_exception_is_500_with_a_trace_id_and_without_its_message()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", (HttpContext context) =>
        {
            context.Response.Headers.ETag = "\"1.0\"";
            context.Response.Headers["Memory-Shard"] = "memory-0";
            throw new InvalidOperationException("a secret");
        }));

        using var response = await service.Client.GetAsync("/x");

        var problem = JsonDocument.Parse(await response.ReadProblemAsync()).RootElement;
        problem.GetProperty("type").GetString().ShouldBe("urn:daprmemory:internal");
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        problem.ToString().ShouldNotContain("secret");
        response.Headers.ETag.ShouldBeNull();
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
    }

    [Fact]
    public async Task Exception_that_a_mapper_knows_is_its_problem()
    {
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/x", (HttpContext _) => throw new TimeoutException()),
            builder => builder.Services.AddSingleton<IExceptionProblemMapper, TimeoutMapper>());

        using var response = await service.Client.GetAsync("/x");

        (await response.ReadProblemAsync()).ShouldContain("\"detail\":\"late\"");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Body_over_the_servers_limit_is_413_that_names_the_limit()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPut("/x", (HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null)));

        var answer = await service.SendRawAsync("PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4194305\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldEndWith("""{"type":"urn:daprmemory:value-too-large","title":"The value is too large","status":413,"limitBytes":4194304}""");
    }

    [Fact]
    public async Task Exception_after_the_answer_began_breaks_the_connection_off()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/x", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));

        await Should.ThrowAsync<HttpRequestException>(() => service.Client.GetStringAsync("/x"));
    }

    [Fact]
    public async Task Several_services_in_one_process_keep_to_themselves()
    {
        await using var first = await TestService.StartAsync(app => app.MapGet("/x", () => "first"));
        await using var second = await TestService.StartAsync(app => app.MapGet("/x", () => "second"));
        await using (await TestService.StartAsync())
        {
        }

        (await first.Client.GetStringAsync("/x")).ShouldBe("first");
        (await second.Client.GetStringAsync("/x")).ShouldBe("second");
        (await first.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await second.SendTargetAsync("/%00")).Status.ShouldBe(422);
    }

    sealed class TimeoutMapper : IExceptionProblemMapper
    {
        public Problem? Map(Exception exception) => exception is TimeoutException ? Problem.Unavailable("late") : null;
    }
}
