using System.Text;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests;

/// <summary>One node over a shared store, with short words for what tests do.</summary>
sealed class Node
{
    static int _requests;

    public Node(FaultyStore.Shared disk, SpaceOptions? options = null, TimeProvider? time = null, HotMemory? hot = null, Bus? bus = null, Func<IMemoryIndex>? newIndex = null, EmbeddingScheduler? embeddings = null, EmbeddingScheduler? former = null)
    {
        Store = new FaultyStore(disk, new Random(1));
        Spaces = new SpaceRegistry(Store, options ?? new SpaceOptions(), time ?? TimeProvider.System, hot, bus, newIndex is null ? null : _ => newIndex(), embeddings: embeddings, formerEmbeddings: former);
    }

    public static SpaceId Id { get; } = new("acme", "notes");

    public FaultyStore Store { get; }

    public SpaceRegistry Spaces { get; }

    public ValueTask<Space> OpenAsync(SpaceId? id = null) => Spaces.OpenAsync(id ?? Id, default);

    public static RecordKey Key(string key) => new(RecordKind.State, key);

    public static Mutation Put(string key, string json = "1", Precondition precondition = default, TimeSpan? ttl = null, string[]? tags = null) =>
        new(Key(key), MutationKind.Put, Encoding.UTF8.GetBytes(json), precondition, ttl, tags);

    public static Mutation Merge(string key, string json, Precondition precondition = default) =>
        new(Key(key), MutationKind.Merge, Encoding.UTF8.GetBytes(json), precondition);

    public static Mutation Delete(string key, Precondition precondition = default) => new(Key(key), MutationKind.Delete, Precondition: precondition);

    public static Mutation Check(string key, Precondition precondition) => new(Key(key), MutationKind.Check, Precondition: precondition);

    public static WriteRequest Request(params Mutation[] mutations) => new("tester", $"r{Interlocked.Increment(ref _requests)}", 1, mutations);

    public async Task<WriteOutcome> WriteAsync(params Mutation[] mutations) => await (await OpenAsync()).WriteAsync(Request(mutations), default);

    /// <summary>Writes what must succeed, and gives its place.</summary>
    public async Task<ETag> CommitAsync(params Mutation[] mutations) =>
        (await WriteAsync(mutations)).ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldNotBeNull();

    /// <summary>The value as this node sees it now; null if there is none.</summary>
    public async Task<string?> ReadAsync(string key, ConsistencyLevel level = ConsistencyLevel.Strong, TimeProvider? time = null)
    {
        var space = await OpenAsync();
        var view = (await space.ReachAsync(level, 0, default)).ShouldNotBeNull();
        return view.TryGet(Key(key), (time ?? TimeProvider.System).GetUtcNow(), out var info)
            ? Encoding.UTF8.GetString((await space.ReadValueAsync(Key(key), info.ETag, default)).Json.Span)
            : null;
    }
}
