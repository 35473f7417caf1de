using System.Globalization;
using System.Net;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Models;
using Microsoft.Extensions.AI;
using Microsoft.AspNetCore.Http;
using static DaprMemory.Service.Tests.Embeddings.EmbeddingEndpoint;

namespace DaprMemory.Service.Tests.Embeddings;

/// <summary>Embeddings over HTTP, from an endpoint that answers as endpoints do: out of order, later, wrongly, or not at all.</summary>
public sealed class OpenAiEmbeddingGeneratorTests
{
    static readonly Func<HttpContext, Task> Silence = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

    [Fact]
    public async Task Texts_get_their_own_vectors_in_requests_of_a_batch_each()
    {
        await using var endpoint = await StartAsync();
        var generator = endpoint.NewGenerator(new ModelEndpointOptions { ApiKey = "secret" });

        var embeddings = await generator.GenerateAsync(Enumerable.Range(0, 10).Select(i => i.ToString(CultureInfo.InvariantCulture)));

        embeddings.Select(e => e.Vector.Span[0]).ShouldBe(Enumerable.Range(0, 10).Select(i => (float)i));
        endpoint.Requests.Select(request => request.GetProperty("input").GetArrayLength()).ShouldBe([4, 4, 2]);
        endpoint.Requests.First().GetProperty("model").GetString().ShouldBe("tiny");
        endpoint.Requests.First().TryGetProperty("dimensions", out _).ShouldBeFalse();
        endpoint.Keys.ShouldAllBe(key => key == "Bearer secret");
        generator.GetService<EmbeddingGeneratorMetadata>().ShouldNotBeNull().DefaultModelDimensions.ShouldBe(3);
    }

    [Fact]
    public async Task Key_comes_from_a_file_that_may_change_and_dimensions_are_asked_for()
    {
        await using var endpoint = await StartAsync();
        var file = Path.GetTempFileName();
        try
        {
            var generator = endpoint.NewGenerator(new ModelEndpointOptions { ApiKeyFile = file }, shortens: true);
            foreach (var key in new[] { "first\n", "second" })
            {
                await File.WriteAllTextAsync(file, key);
                await generator.GenerateAsync(["1"]);
            }
        }
        finally
        {
            File.Delete(file);
        }
        endpoint.Keys.ShouldBe(["Bearer first", "Bearer second"]);
        endpoint.Requests.First().GetProperty("dimensions").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Failures_for_now_are_tried_again_after_the_pause_that_the_endpoint_asks_for()
    {
        await using var endpoint = await StartAsync(
            Status(429, ("Retry-After", "7")), Status(503, ("Retry-After", "Sat, 21 Nov 2026 12:00:09 GMT")), Status(500), Text("[nonsense"));
        var time = new PauseTime();

        (await endpoint.NewGenerator(new ModelEndpointOptions { Retries = 4 }, time).GenerateAsync(["5"]))[0].Vector.ToArray().ShouldBe([5, 1, 0]);

        var pauses = time.Pauses.ToArray();
        pauses.Length.ShouldBe(4);
        pauses[..2].ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9)]);
        pauses[2..].ShouldAllBe(pause => pause > TimeSpan.Zero && pause < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Pause_that_is_too_long_is_cut_and_failures_to_the_last_are_told()
    {
        await using var endpoint = await StartAsync([.. Enumerable.Repeat(Status(429, ("Retry-After", "3600")), 3)]);
        var time = new PauseTime();

        var failure = await Should.ThrowAsync<HttpRequestException>(() =>
            endpoint.NewGenerator(new ModelEndpointOptions { Retries = 2, LongestPause = TimeSpan.FromSeconds(20) }, time).GenerateAsync(["5"]));

        failure.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        time.Pauses.ShouldBe([TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)]);
        endpoint.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task Refusal_is_not_repeated_and_is_about_the_texts(int status)
    {
        await using var endpoint = await StartAsync(Status(status));

        await Should.ThrowAsync<EmbeddingRefusedException>(() => endpoint.NewGenerator().GenerateAsync(["5"]));
        endpoint.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Wrong_key_is_not_repeated_and_is_no_fault_of_the_texts()
    {
        await using var endpoint = await StartAsync(Status(401));

        (await Should.ThrowAsync<HttpRequestException>(() => endpoint.NewGenerator().GenerateAsync(["5"]))).Message.ShouldContain("401");
        endpoint.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"data":[{"index":0,"embedding":[1,2]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1,2,3,4]}]}""")]
    [InlineData("""{"data":[{"index":1,"embedding":[1,2,3]}]}""")]
    [InlineData("""{"data":[{"index":-1,"embedding":[1,2,3]}]}""")]
    [InlineData("""{"data":[{"index":0}]}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("{}")]
    public async Task Answer_that_can_not_be_right_is_not_taken(string answer)
    {
        await using var endpoint = await StartAsync(Text(answer));

        await Should.ThrowAsync<HttpRequestException>(() => endpoint.NewGenerator().GenerateAsync(["5"]));
    }

    [Fact]
    public async Task Endpoint_that_hangs_is_given_up()
    {
        var options = new ModelEndpointOptions { Timeout = TimeSpan.FromMilliseconds(50), Retries = 1, LongestPause = TimeSpan.FromMilliseconds(1) };
        await using var endpoint = await StartAsync([.. Enumerable.Repeat(Silence, 2)]);

        (await Should.ThrowAsync<HttpRequestException>(() => endpoint.NewGenerator(options, TimeProvider.System).GenerateAsync(["5"]))).Message.ShouldContain("no answer");
    }

    [Fact]
    public async Task Caller_who_leaves_ends_the_request()
    {
        var isAsked = new TaskCompletionSource();
        await using var endpoint = await StartAsync(context =>
        {
            isAsked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var leave = new CancellationTokenSource();
        var asking = endpoint.NewGenerator().GenerateAsync(["5"], cancellationToken: leave.Token);
        await isAsked.Task;

        await leave.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
    }
}
