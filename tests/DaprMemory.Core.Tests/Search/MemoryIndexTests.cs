using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>What an index finds, and what it never finds.</summary>
public sealed class MemoryIndexTests
{
    static readonly DateTimeOffset Now = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);
    readonly MemoryIndex _index = new(new SearchOptions());

    [Fact]
    public async Task Removed_memory_is_not_found_again()
    {
        _index.Put(Document("a", "The launch is on Friday."));
        _index.Put(Document("b", "The launch was moved."));
        _index.Remove("a");

        (await FindAsync("launch")).ShouldBe(["b"]);
        _index.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Replaced_memory_is_found_by_its_new_words_only()
    {
        _index.Put(Document("a", "The launch is on Friday."));
        _index.Put(Document("a", "The party is on Monday."));

        (await FindAsync("launch")).ShouldBeEmpty();
        (await FindAsync("party")).ShouldBe(["a"]);
    }

    static MemoryDocument Document(string id, string text) => new(id, new ETag(1, 0), text, "planner", Now);

    async Task<IEnumerable<string>> FindAsync(string text) =>
        (await _index.SearchAsync(new MemoryQuery(text, Now), default)).Hits.Select(h => h.Document.Id);
}
