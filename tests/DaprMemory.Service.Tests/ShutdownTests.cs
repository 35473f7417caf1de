using System.Text;
using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests;

public sealed class ShutdownTests : IDisposable
{
    readonly InMemoryCommitStore _store = new();
    readonly TaskCompletionSource _saving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _mayEnd = new();

    public ShutdownTests() => _store.OnWrite = _ =>
    {
        _saving.TrySetResult();
        _mayEnd.Wait();
        return WriteFault.None;
    };

    public void Dispose() => _mayEnd.Dispose();

    [Fact]
    public async Task A_stopping_service_finishes_the_writes_that_it_took()
    {
        await using var service = await TestService.StartAsync(_store);
        var write = service.SendAsync("PUT", "state/k", "1");
        await _saving.Task;

        var stopped = service.StopAsync();
        _mayEnd.Set();
        (await write).Status.ShouldBe(201);
        await stopped;

        await using var next = await TestService.StartAsync(_store);
        (await next.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }

    [Fact]
    public async Task A_stopping_service_finishes_a_write_whose_client_has_left()
    {
        await using var service = await TestService.StartAsync(_store);
        using var leaving = new CancellationTokenSource();
        using var body = new StringContent("1", Encoding.UTF8, "application/json");
        var write = service.Client.PutAsync("state/k", body, leaving.Token);
        await _saving.Task;
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => write);

        var stopped = service.StopAsync();
        // That it does not end is seen only by waiting; without anything to wait for it ends in a few milliseconds.
        (await Task.WhenAny(stopped, Task.Delay(TimeSpan.FromMilliseconds(300)))).ShouldNotBe(stopped);
        _mayEnd.Set();
        await stopped;

        await using var next = await TestService.StartAsync(_store);
        (await next.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }
}
