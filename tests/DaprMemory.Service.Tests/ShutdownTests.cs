namespace DaprMemory.Service.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_stopping_service_finishes_the_writes_that_it_took()
    {
        var store = new TestStore { SaveGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var service = await TestService.StartAsync(store);
        var write = service.SendAsync("PUT", "state/k", "1");
        await store.SaveBegan.Task;

        var stopped = service.StopAsync();
        store.SaveGate.SetResult();
        (await write).Status.ShouldBe(201);
        await stopped;

        await using var next = await TestService.StartAsync(store);
        (await next.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }

    [Fact]
    public async Task A_stopping_service_finishes_a_write_whose_client_has_left()
    {
        var store = new TestStore { SaveGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var service = await TestService.StartAsync(store);
        using var client = new HttpClient { BaseAddress = service.Client.BaseAddress };
        using var leaving = new CancellationTokenSource();
        var write = client.PutAsync("state/k", new StringContent("1", System.Text.Encoding.UTF8, "application/json"), leaving.Token);
        await store.SaveBegan.Task;
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => write);

        var stopped = service.StopAsync();
        store.SaveGate.SetResult();
        await stopped;

        await using var next = await TestService.StartAsync(store);
        (await next.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }
}
