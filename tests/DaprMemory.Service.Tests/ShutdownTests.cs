using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Service.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
    public async Task A_stopping_service_answers_the_writes_that_it_took()
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
    public async Task After_the_server_has_stopped_a_write_whose_client_has_left_still_reaches_the_log()
    {
        await using var app = MemoryService.Build(["--Memory:PubSub=", "--Identity:Mode=Insecure", "--Audit:Signing=Off"], builder => builder.Services.AddSingleton<ICommitStore>(_store));
        IHostedService[] services = [.. app.Services.GetServices<IHostedService>()];
        var drain = Array.FindIndex(services, service => service is SpaceDrain);
        // They stop in reverse order.
        drain.ShouldBeInRange(0, Array.FindIndex(services, service => service.GetType().Name == "GenericWebHostService") - 1);

        var space = await app.Services.GetRequiredService<SpaceRegistry>().OpenAsync(new SpaceId("acme", "a"), CancellationToken.None);
        var mutation = new Mutation(new RecordKey(RecordKind.State, "k"), MutationKind.Put, "1"u8.ToArray());
        var write = space.WriteAsync(new WriteRequest("a", "once", 0, [mutation]), new CancellationToken(canceled: true));
        await Should.ThrowAsync<OperationCanceledException>(() => write);
        await _saving.Task;

        var drained = services[drain].StopAsync(CancellationToken.None);
        var didNotWait = drained.IsCompleted;
        _mayEnd.Set();
        await drained;
        didNotWait.ShouldBeFalse();
        space.View.Version.ShouldBe(1);
    }
}
