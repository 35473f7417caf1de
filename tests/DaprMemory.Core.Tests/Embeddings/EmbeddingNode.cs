using System.Collections.Concurrent;
using System.Numerics.Tensors;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>One node that embeds a space, and what was delivered there.</summary>
sealed class EmbeddingNode : IAsyncDisposable
{
    public static readonly SpaceId Id = new("acme", "notes");

    public EmbeddingNode(ICommitStore store, FakeModel? model = null, SchedulerOptions? options = null)
    {
        Model = model ?? new FakeModel();
        Scheduler = new EmbeddingScheduler(Model, options ?? Brisk, TimeProvider.System);
        Pipeline = NewPipeline(store, Id);
    }

    /// <summary>Failures cost milliseconds; what fills no segment is saved when the node drains.</summary>
    public static SchedulerOptions Brisk { get; } = new() { BatchSize = 8, LongestPause = TimeSpan.FromMilliseconds(20), SaveAfter = TimeSpan.FromMinutes(10) };

    public FakeModel Model { get; }

    public EmbeddingScheduler Scheduler { get; }

    public VectorPipeline Pipeline { get; }

    /// <summary>The vectors by memory and text.</summary>
    public ConcurrentDictionary<(string Id, string Text), float[]> Delivered { get; } = new();

    public VectorPipeline NewPipeline(ICommitStore store, SpaceId space) =>
        new(space, store, new SpaceOptions().MaxItemBytes, Scheduler, (id, text, vector) =>
        {
            Delivered[(id, text)] = vector.ToArray();
            OnDelivered?.Invoke(id);
        });

    /// <summary>Called with each memory's id, while its vector is being delivered.</summary>
    public Action<string>? OnDelivered { get; set; }

    public static (string Id, string Text)[] Texts(int count, string prefix = "m") => [.. Enumerable.Range(0, count).Select(i => ($"{prefix}{i}", $"text of {prefix}{i}"))];

    public Task LoadAsync(params (string Id, string Text)[] memories) => Pipeline.LoadAsync(memories, default);

    public Task IdleAsync() => WaitForAsync(() => Pipeline.Backlog == 0);

    /// <summary>Loads, and waits until all have their vectors.</summary>
    public async Task EmbedAsync(params (string Id, string Text)[] memories)
    {
        await LoadAsync(memories);
        await IdleAsync();
        ShouldHave(memories);
    }

    public void ShouldHave(IReadOnlyCollection<(string Id, string Text)> memories)
    {
        foreach (var memory in memories)
        {
            var vector = Delivered.GetValueOrDefault(memory).ShouldNotBeNull(memory.Id);
            TensorPrimitives.Norm(vector).ShouldBe(1, 1e-5);
            TensorPrimitives.Dot(vector, Model.VectorOf(memory.Text)).ShouldBeGreaterThan(0.999f, memory.Id);
        }
    }

    /// <summary>Stops as a node does that is told to.</summary>
    public async ValueTask DisposeAsync()
    {
        await Pipeline.DrainAsync(default);
        await Scheduler.DisposeAsync();
    }

    /// <summary>Stops without saving anything.</summary>
    public async Task CrashAsync()
    {
        await Pipeline.DisposeAsync();
        await Scheduler.DisposeAsync();
    }

    public static async Task WaitForAsync(Func<bool> isSo)
    {
        for (var patience = 0; !isSo(); patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }
    }
}
