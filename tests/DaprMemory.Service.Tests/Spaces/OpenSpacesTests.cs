using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.Spaces;

public sealed class OpenSpacesTests : IDisposable
{
    readonly InMemoryCommitStore _store = new();
    readonly TaskCompletionSource _saving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _mayEnd = new();

    public OpenSpacesTests() => _store.OnWrite = key =>
    {
        if (key.StartsWith("acme:agent-1:c:", StringComparison.Ordinal))
        {
            _saving.TrySetResult();
            _mayEnd.Wait();
        }
        return WriteFault.None;
    };

    public void Dispose() => _mayEnd.Dispose();

    [Fact]
    public async Task Tenant_all_of_whose_open_spaces_are_busy_is_told_which_quota_it_is_and_nothing_is_written()
    {
        await using var service = await TestService.StartAsync(_store, ("Quotas:Default:OpenSpaces", "1"), ("Spaces:WriteTimeout", "00:05:00"));
        var write = service.SendAsync("PUT", "state/k", "1");
        await _saving.Task;

        var refused = await service.SendAsync("PUT", "/v1/acme/other/state/k", "1");

        refused.ShouldBeProblem(429, "quota-exceeded").GetProperty("quota").GetString().ShouldBe("open-spaces");
        refused.Headers["Retry-After"].ShouldBe("1");
        (await service.SendAsync("PUT", "/v1/globex/other/state/k", "1")).Status.ShouldBe(201);
        _mayEnd.Set();
        (await write).Status.ShouldBe(201);
        // It may be busy for a moment yet.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        Answer later;
        while ((later = await service.SendAsync("PUT", "/v1/acme/other/state/k", "1")).Status == 429)
            await turn.WaitForNextTickAsync(deadline.Token);
        later.ETag.ShouldBe("\"1.0\"");
    }
}
