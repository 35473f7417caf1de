using System.Net;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.State;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Client.Tests;

public sealed class RetryTests
{
    static readonly byte[] One = "1"u8.ToArray();
    readonly ImpatientTime _time = new();

    public static TheoryData<string> Failures => ["abort", "cut off", "502", "503", "504", "429"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_write_without_a_definite_answer_is_repeated_under_the_same_key(string failure)
    {
        await using var service = await ScriptedService.StartAsync(Answer(failure), Answers.Written("2.0", 2));
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time));

        var result = await client.Space("notes").PutAsync("k", One);

        result.ShouldBe(new WriteResult.Written(new ETag(2, 0), Created: true));
        service.Requests.Count.ShouldBe(2);
        service.Requests[1].Header("Idempotency-Key").ShouldBe(service.Requests[0].Header("Idempotency-Key"));
        service.Requests[1].Body.ShouldBe(One);
    }

    [Fact]
    public async Task A_read_is_repeated_too()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Abort, Answer("503"), Answers.Value("1", "2.0", 2));
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time));

        (await client.Space("notes").GetAsync("k")).ShouldNotBeNull();

        service.Requests.ShouldAllBe(r => r.Header("Idempotency-Key") == null);
    }

    [Fact]
    public async Task Pauses_double_up_to_the_longest()
    {
        await using var service = await ScriptedService.StartAsync([.. Enumerable.Repeat(Answer("503"), 5)]);
        using var client = new MemoryClient(
            service.Address, ImpatientTime.Options(_time) with { MaxAttempts = 5, BaseDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(3) });

        await Should.ThrowAsync<MemoryException>(() => client.Space("notes").GetAsync("k"));

        _time.Pauses.Select(p => p.TotalSeconds).ShouldBe([1, 2, 3, 3]);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(429, "quota-exceeded", retryAfter: "7"), Answers.Written("2.0", 2));
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time));

        await client.Space("notes").PutAsync("k", One);

        _time.Pauses.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    [Fact]
    public async Task Retry_After_beyond_the_longest_pause_ends_the_attempts()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(503, "unavailable", ",\"outcome\":\"none\"", retryAfter: "3600"));
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time));

        var e = await Should.ThrowAsync<MemoryException>(() => client.Space("notes").PutAsync("k", One));

        (e.IsUnavailable, e.Status, e.Outcome).ShouldBe((true, HttpStatusCode.ServiceUnavailable, "none"));
        service.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Giving_up_names_the_key_and_does_not_claim_that_nothing_was_written()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Abort, Answers.Problem(503, "unavailable", ",\"outcome\":\"none\""));
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time) with { MaxAttempts = 2 });

        var e = await Should.ThrowAsync<MemoryException>(() => client.Space("notes").PutAsync("k", One));

        // The second attempt wrote nothing, but the first may have been written.
        e.Outcome.ShouldBe("unknown");
        e.IdempotencyKey.ShouldBe(service.Requests[0].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_unavailable()
    {
        Uri gone;
        await using (var service = await ScriptedService.StartAsync())
            gone = service.Address;
        using var client = new MemoryClient(gone, ImpatientTime.Options(_time) with { MaxAttempts = 2 });

        var e = await Should.ThrowAsync<MemoryException>(() => client.Space("notes").GetAsync("k"));

        (e.IsUnavailable, e.Status, e.Outcome).ShouldBe((true, null, null));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_repeated()
    {
        await using var service = await ScriptedService.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
            Answers.Value("1", "2.0", 2));
        using var client = new MemoryClient(service.Address, new MemoryClientOptions { AttemptTimeout = TimeSpan.FromMilliseconds(100), BaseDelay = TimeSpan.Zero });

        (await client.Space("notes").GetAsync("k")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_cancelled_call_is_not_repeated()
    {
        using var cancelled = new CancellationTokenSource();
        await using var service = await ScriptedService.StartAsync(context =>
        {
            cancelled.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var client = new MemoryClient(service.Address, ImpatientTime.Options(_time));

        await Should.ThrowAsync<OperationCanceledException>(() => client.Space("notes").GetAsync("k", cancellationToken: cancelled.Token));

        service.Requests.Count.ShouldBe(1);
    }

    static Func<HttpContext, Task> Answer(string failure) => failure switch
    {
        "abort" => Answers.Abort,
        "cut off" => Answers.CutOff,
        var status => Answers.Problem(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), "unavailable"),
    };
}
