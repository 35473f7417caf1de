using System.Collections.Concurrent;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Memories;

/// <summary>
/// Random adds, puts, deletes and supersedes by concurrent agents over three nodes on one failing store, with restarts, damaged checkpoints
/// and events that come late, doubled or never, against the log itself: each search shows exactly the memories of one of its versions, which
/// is no older than what the agent has written or seen.
/// </summary>
public sealed class SearchModelTests
{
    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 8));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_search_shows_exactly_one_version_of_the_log(int seed)
    {
        var run = new Run(seed);
        await run.PlayAsync(agents: 6, requestsEach: 60);
        await run.CheckAsync();
    }

    sealed record Seen(long AtLeast, long Version, string Found);

    sealed class Run(int seed)
    {
        readonly FaultyStore.Shared _disk = new();
        readonly Bus _bus = new();
        readonly Node[] _nodes = new Node[3];
        readonly ConcurrentBag<Seen> _searches = [];

        public async Task PlayAsync(int agents, int requestsEach)
        {
            for (var i = 0; i < _nodes.Length; i++)
                _nodes[i] = NewNode(seed * 100 + i);
            await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(() => ActAsync(agent, requestsEach))));
        }

        public async Task CheckAsync()
        {
            foreach (var node in _nodes)
                node.Store.FaultRate = 0;
            await _disk.SettleAsync();
            var witness = new Node(_disk);
            var space = await witness.OpenAsync();
            var log = new List<Commit>();
            while (await space.ReadCommitsAsync(log.Count, 100, default) is { Count: > 0 } page)
                log.AddRange(page.Select(stored => CommitCodec.Decode(stored.Json)));
            var states = Replay(log);
            _searches.Count.ShouldBeGreaterThan(20);
            foreach (var search in _searches)
            {
                search.Version.ShouldBeGreaterThanOrEqualTo(search.AtLeast);
                search.Found.ShouldBe(states[(int)search.Version], $"version {search.Version}");
            }
            foreach (var node in _nodes.Append(witness).Append(new Node(_disk, newIndex: () => new ListIndex())))
                (await SearchAsync(node, log.Count)).Found.ShouldBe(states[^1]);
        }

        Node NewNode(int nodeSeed)
        {
            var options = new SpaceOptions
            {
                CheckpointCommits = 10,
                WriteTimeout = TimeSpan.FromMilliseconds(seed % 2 == 0 ? 15 : 20_000),
                ReadTimeout = TimeSpan.FromSeconds(5),
                MaxCommitEntries = 1 + nodeSeed % 7,
                ValueCacheBytes = 4096,
            };
            return new Node(_disk, options, bus: _bus, newIndex: nodeSeed % 2 == 0 ? () => new ListIndex() : null) { Store = { FaultRate = 0.1 } };
        }

        async Task ActAsync(int agent, int requests)
        {
            var random = new Random(seed * 1000 + agent);
            long seen = 0;
            for (var i = 0; i < requests; i++)
            {
                var index = random.Next(_nodes.Length);
                if (random.Next(40) == 0)
                    _nodes[index] = NewNode(random.Next());
                if (random.Next(40) == 0)
                    Damage(random);
                try
                {
                    await DeliverAsync(random);
                    if (random.Next(2) == 0)
                    {
                        var search = await SearchAsync(_nodes[index], seen);
                        _searches.Add(search);
                        seen = search.Version;
                    }
                    else
                        seen = Math.Max(seen, await WriteAsync(_nodes[index], random, seen));
                }
                catch (StoreUnavailableException)
                {
                    // An answer that promises nothing: the agent goes on.
                }
            }
        }

        // Old and new, some twice, many never.
        async Task DeliverAsync(Random random)
        {
            var events = _bus.Events.ToArray();
            for (var i = random.Next(4); i > 0 && events.Length > 0; i--)
            {
                var (space, number, text) = events[random.Next(2) == 0 ? random.Next(events.Length) : events.Length - 1];
                await _nodes[random.Next(_nodes.Length)].Spaces.ReceiveAsync(space, number, text, default);
            }
        }

        void Damage(Random random)
        {
            var keys = _disk.Values.Keys.Where(key => key.Contains(":i:", StringComparison.Ordinal)).ToArray();
            if (keys.Length > 0 && keys[random.Next(keys.Length)] is var key && _disk.Values.TryGetValue(key, out var stored))
                _disk.Values[key] = stored with { Value = stored.Value[..(stored.Value.Length / 2)] };
        }

        static async Task<Seen> SearchAsync(Node node, long atLeast)
        {
            var found = await node.SearchAsync("word", atLeast: atLeast);
            return new Seen(atLeast, found.Version, Describe(found.Items.Select(item => (item.Hit.Document.Id, item.Hit.Document.ETag, item.Hit.Document.Text, item.Hit.Document.ValidTo))));
        }

        static async Task<long> WriteAsync(Node node, Random random, long seen)
        {
            var space = await node.OpenAsync();
            (await space.ReachAsync(ConsistencyLevel.Session, seen, default)).ShouldNotBeNull();
            var id = $"m{random.Next(12)}";
            var text = $"word {random.Next(5)}";
            var tea = $"m{12 + random.Next(4)}";
            Mutation[] mutations = random.Next(5) switch
            {
                0 => [MemoryNode.Delete(id)],
                1 => [new Mutation(MemoryNode.Key(id), MutationKind.Add, MemoryCodec.Encode(MemoryNode.NewMemory(text)))],
                2 => [MemoryNode.Put(tea, text), MemoryNode.Close(id, tea)],
                3 => [Node.Put("state"), MemoryNode.Put(id, text), MemoryNode.Put(tea, text)],
                _ => [MemoryNode.Put(id, text)],
            };
            return await space.WriteAsync(Node.Request(mutations), default) switch
            {
                WriteOutcome.Committed done => done.Version,
                WriteOutcome.PreconditionFailed failed => failed.Version,
                WriteOutcome.NotFound missing => missing.Version,
                _ => 0,
            };
        }

        static List<string> Replay(List<Commit> log)
        {
            var memories = new SortedDictionary<string, (ETag ETag, Memory Memory)>(StringComparer.Ordinal);
            var states = new List<string> { "" };
            foreach (var commit in log)
            {
                for (var i = 0; i < commit.Entries.Count; i++)
                {
                    foreach (var change in commit.Entries[i].Changes.Where(change => change.Key.Kind == RecordKind.Memory))
                    {
                        if (change.Content?.Json is { } json)
                            memories[change.Key.Key] = (new ETag(commit.Number, i), MemoryCodec.Decode(json.Span));
                        else
                            memories.Remove(change.Key.Key);
                    }
                }
                states.Add(Describe(memories.Select(memory => (memory.Key, memory.Value.ETag, memory.Value.Memory.Text, memory.Value.Memory.ValidTo))));
            }
            return states;
        }

        static string Describe(IEnumerable<(string Id, ETag ETag, string Text, DateTimeOffset? ValidTo)> memories) =>
            string.Join('\n', memories.OrderBy(memory => memory.Id, StringComparer.Ordinal).Select(memory => $"{memory.Id} {memory.ETag} {memory.Text} {memory.ValidTo:O}"));
    }
}
