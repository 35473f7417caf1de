using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using DaprMemory.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Service.Tests.Support;

/// <summary>Services over one store, with or without events between them.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    TestCluster()
    {
    }

    public InMemoryCommitStore Store { get; } = new();

    public EventBus Bus { get; } = new();

    public List<TestService> Nodes { get; } = [];

    public TimeProvider? Time { get; init; }

    public IHotStore? Hot { get; init; }

    public static async Task<TestCluster> StartAsync(
        int nodes, bool events = false, TimeProvider? time = null, IHotStore? hot = null, params (string Key, string Value)[] settings)
    {
        var cluster = new TestCluster { Time = time, Hot = hot };
        for (var i = 0; i < nodes; i++)
            await cluster.AddAsync(events, settings);
        return cluster;
    }

    public async Task<TestService> AddAsync(bool events = false, params (string Key, string Value)[] settings)
    {
        var node = await TestService.StartAsync(
            services =>
            {
                services.AddSingleton<ICommitStore>(Store);
                if (events)
                    services.AddSingleton<ICommitPublisher>(Bus);
                if (Time is not null)
                    services.AddSingleton(Time);
                if (Hot is not null)
                    services.AddSingleton(Hot);
            },
            [("Memory:Shard", $"memory-{Nodes.Count}"), ("Memory:PubSub", events ? "events" : ""), .. settings]);
        Nodes.Add(node);
        if (events)
            Bus.Subscribe(node);
        return node;
    }

    /// <summary>Lets every read and write of the store fail from now on.</summary>
    public void TakeStoreDown() => (Store.IsUnavailable, Store.OnWrite) = (_ => true, _ => WriteFault.FailBeforeApply);

    public void BringStoreBack() => (Store.IsUnavailable, Store.OnWrite) = (null, null);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}
