using DaprMemory.Core.Memories;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Memories;

/// <summary>Short words for what tests do with memories.</summary>
static class MemoryNode
{
    public static RecordKey Key(string id) => new(RecordKind.Memory, id);

    public static Memory NewMemory(string text) => new(text, "tester", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static Mutation Put(string id, Memory memory, TimeSpan? ttl = null) => new(Key(id), MutationKind.Put, MemoryCodec.Encode(memory), TimeToLive: ttl, Tags: memory.Tags);

    public static Mutation Put(string id, string text, TimeSpan? ttl = null) => Put(id, NewMemory(text), ttl);

    public static Mutation Delete(string id) => new(Key(id), MutationKind.Delete);

    public static Mutation Close(string id, string by) =>
        new(Key(id), MutationKind.Edit, Edit: value => MemoryCodec.Encode(MemoryCodec.Decode(value.Span).Close(by, DateTimeOffset.UnixEpoch)));

    public static async Task<MemorySearch> SearchAsync(this Node node, string text = "", TimeProvider? time = null, long atLeast = 0, int reach = 0)
    {
        var space = await node.OpenAsync();
        var view = (await space.ReachAsync(ConsistencyLevel.Session, atLeast, default)).ShouldNotBeNull();
        var query = new MemoryQuery(text, (time ?? TimeProvider.System).GetUtcNow()) { Limit = 100_000, Filter = new MemoryFilter { IncludeInvalid = true } };
        return await space.Memories.SearchAsync(query, reach, view.Version, default);
    }

    public static async Task<string> FindAsync(this Node node, string text = "", TimeProvider? time = null) => Ids(await node.SearchAsync(text, time));

    public static string Ids(MemorySearch found) => string.Join(' ', found.Items.Select(item => item.Hit.Document.Id).Order(StringComparer.Ordinal));
}
