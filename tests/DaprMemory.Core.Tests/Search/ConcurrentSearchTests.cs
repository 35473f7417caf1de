using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Searches beside changes see the index as it was at one time.</summary>
public sealed class ConcurrentSearchTests
{
    [Fact]
    public async Task Searches_beside_changes_see_what_was_there_at_one_time()
    {
        var index = new MemoryIndex(new SearchOptions());
        var done = false;
        // Two documents change hands: "token" stands in exactly one, or for a moment in both, never in none.
        index.Put(Document("a", "token alpha"));
        index.Put(Document("b", "nothing"));
        index.Put(Document("keep", "token gamma"));
        // To replace it takes long, and it is there all the while.
        index.Put(Document("big", Big(0)));

        async Task SearchAsync(int seed)
        {
            var world = new IndexWorld(seed);
            while (!Volatile.Read(ref done))
            {
                var hits = (await index.SearchAsync(new MemoryQuery("token", IndexWorld.Now), default)).Hits;
                hits.ShouldContain(h => h.Document.Id == "keep");
                hits.ShouldContain(h => h.Document.Id == "big");
                hits.ShouldContain(h => h.Document.Id == "a" || h.Document.Id == "b");
                hits.Where(h => h.Document.Id is "a" or "b" or "keep").ShouldAllBe(h => h.Document.Text.Contains("token"));
                var any = await index.SearchAsync(world.Query(8), default);
                any.Hits.Select(h => h.Document.Id).Distinct().Count().ShouldBe(any.Hits.Count);
                index.TextForVector("What did Ann paint?");
                index.WithoutVector.ShouldBeInRange(0, index.Count + 50);
            }
        }

        var searches = Enumerable.Range(1, 3).Select(seed => Task.Run(() => SearchAsync(seed))).ToArray();
        var world = new IndexWorld(99);
        for (var change = 0; change < 3000 && !searches.Any(s => s.IsFaulted); change++)
        {
            var (giver, taker) = change % 2 == 0 ? ("a", "b") : ("b", "a");
            index.Put(Document(taker, $"token {change}"));
            index.Put(Document(giver, "nothing"));
            var document = world.Document();
            index.Put(document);
            index.SetVector(document.Id, document.Text, world.Vector(change < 1500 ? 8 : 6));
            if (change % 10 == 0)
                index.Put(Document("big", Big(change)));
            if (change % 3 == 0)
                index.Remove(world.Id());
        }
        Volatile.Write(ref done, true);

        await Task.WhenAll(searches);
    }

    static string Big(int change) => "token " + string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"w{(i + change) % 9000}"));

    static MemoryDocument Document(string id, string text) => new(id, new ETag(1, 0), text, "planner", IndexWorld.Now);
}
