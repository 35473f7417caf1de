using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Core.Upkeep;
using DaprMemory.Curator.Telemetry;
using DaprMemory.Curator.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator.Tests.Support;

/// <summary>A store with what shards have left in it, and curators that come upon it.</summary>
internal sealed class Fleet
{
    /// <summary>A tenant.</summary>
    public const string Tenant = "acme";

    int _requests;

    public InMemoryCommitStore Store { get; } = new();

    /// <summary>What was published, by whom ever.</summary>
    public ConcurrentQueue<(SpaceId Space, long Number)> Published { get; } = new();

    public static SpaceId Space(string name) => new(Tenant, name);

    /// <summary>Writes commits as a shard does whose broker is down, and which then goes.</summary>
    /// <param name="space">The space.</param>
    /// <param name="commits">How many.</param>
    /// <param name="checkpointEvery">After how many the shard saves a checkpoint.</param>
    public async Task WriteAsync(SpaceId space, int commits, int checkpointEvery = 1_000_000)
    {
        await using var registry = new SpaceRegistry(
            Store, new SpaceOptions { CheckpointCommits = 1_000_000, CheckpointLogBytes = 1L << 40, ReadTimeout = TimeSpan.FromSeconds(30), WriteTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);
        var open = await registry.OpenAsync(space, default);
        for (var i = 1; i <= commits; i++)
        {
            var put = new Mutation(new RecordKey(RecordKind.State, $"k{i % 50}"), MutationKind.Put, Encoding.UTF8.GetBytes($"{i}"));
            (await open.WriteAsync(new WriteRequest("tester", $"r{Interlocked.Increment(ref _requests)}", 1, [put]), default)).ShouldBeOfType<WriteOutcome.Committed>();
            if (i % checkpointEvery == 0)
                await open.SaveCheckpointAsync(default);
        }
    }

    /// <summary>Writes memories, one commit each, as an agent does.</summary>
    public async Task RememberAsync(SpaceId space, params (string Id, Memory Memory)[] memories)
    {
        await using var registry = new SpaceRegistry(Store, new SpaceOptions(), TimeProvider.System);
        var open = await registry.OpenAsync(space, default);
        foreach (var (id, memory) in memories)
        {
            var put = new Mutation(new RecordKey(RecordKind.Memory, id), MutationKind.Put, MemoryCodec.Encode(memory), Tags: memory.Tags);
            (await open.WriteAsync(new WriteRequest("tester", $"r{Interlocked.Increment(ref _requests)}", 1, [put]), default)).ShouldBeOfType<WriteOutcome.Committed>();
        }
    }

    /// <summary>What a space has, as a shard sees it that opens it now.</summary>
    public async Task<(long Version, Dictionary<string, Memory> Memories)> MemoriesAsync(SpaceId space)
    {
        await using var registry = new SpaceRegistry(Store, new SpaceOptions(), TimeProvider.System);
        var open = await registry.OpenAsync(space, default);
        var memories = new Dictionary<string, Memory>();
        foreach (var (key, record) in open.View.List(RecordKind.Memory, "", null, DateTimeOffset.UtcNow))
            memories[key.Key] = MemoryCodec.Decode((await open.ReadValueAsync(key, record.ETag, default)).Json.Span);
        return (open.View.Version, memories);
    }

    /// <summary>Who made each commit.</summary>
    public async Task<string[]> WritersAsync(SpaceId space)
    {
        await using var registry = new SpaceRegistry(Store, new SpaceOptions(), TimeProvider.System);
        var commits = await (await registry.OpenAsync(space, default)).ReadCommitsAsync(0, 1000, default);
        return [.. commits.Select(stored => CommitCodec.Decode(stored.Json).Entries.Single().By)];
    }

    /// <summary>A curator that comes to the store and the broker by a way of its own.</summary>
    public Curating NewCurator(Action<CuratorOptions>? configure = null, CrashPoint? crash = null)
    {
        var options = new CuratorOptions { CheckpointCommits = 10, PublishGrace = TimeSpan.Zero, BatchSpaces = 4 };
        configure?.Invoke(options);
        return new Curating(this, options, crash ?? new CrashPoint(int.MaxValue, isAfter: false));
    }

    /// <summary>The mark up to which all is published.</summary>
    public async Task<long> MarkAsync(SpaceId space) => (await new VersionMark(Store, StoreKeys.Published(space)).ReadAsync(default))?.Version ?? 0;

    public async Task<CheckpointList> PointerAsync(SpaceId space) =>
        await Store.GetAsync(StoreKeys.CheckpointPointer(space), default) is { } stored ? CheckpointList.Parse(stored) : new CheckpointList();

    public Task<Checkpoint?> CheckpointAsync(SpaceId space, long atMost = long.MaxValue) => new CheckpointStore(Store, space).LoadAsync(atMost, default);
}

/// <summary>One curator.</summary>
internal sealed class Curating
{
    readonly TenantPass _pass;

    public Curating(Fleet fleet, CuratorOptions options, CrashPoint crash)
    {
        var store = new CrashingStore(fleet, crash);
        var spaces = new SpaceRegistry(store, new SpaceOptions { ReadTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);
        Checkpoints = new CheckpointDuty(store, spaces, options.CheckpointCommits);
        Events = new EventDuty(store, store, options.PublishGrace, TimeProvider.System);
        Retention = new RetentionDuty(store, store);
        Consolidation = new ConsolidationDuty(store, spaces, options.ConsolidatedTenants.Contains, TimeProvider.System);
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _pass = new TenantPass(
            spaces, new DutyProgress(store), Options.Create(options), new CuratorInstruments(meters), TimeProvider.System, NullLogger<TenantPass>.Instance);
    }

    public ISpaceDuty Checkpoints { get; }

    public ISpaceDuty Events { get; }

    public ISpaceDuty Retention { get; }

    public ISpaceDuty Consolidation { get; }

    public IEnumerable<ISpaceDuty> All => [Checkpoints, Events, Retention];

    public Task<PassEnd> RunAsync(ISpaceDuty duty, CancellationToken stopping = default) => _pass.RunAsync(Fleet.Tenant, duty, stopping);
}
