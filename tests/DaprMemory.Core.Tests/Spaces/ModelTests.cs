using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>
/// Random requests by concurrent agents over three nodes on one store that fails in every way a store can, against a sequential model:
/// the log gives an order, and in that order every answer must be the one that a single-threaded dictionary would have given.
/// </summary>
public sealed class ModelTests
{
    static readonly SpaceId SpaceId = new("acme", "shared");
    static readonly string[] Keys = ["a", "b", "c", "d/e", "d/f"];

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 12));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Concurrent_agents_over_faulty_nodes_see_what_a_sequential_model_allows(int seed)
    {
        var run = new Run(seed);
        await run.PlayAsync(agents: 8, requestsEach: 40);
        await run.CheckAsync();
    }

    sealed record Call(WriteRequest Request, WriteOutcome Outcome, long Began, long Ended);

    sealed class Run(int seed)
    {
        readonly FaultyStore.Shared _disk = new();
        readonly ConcurrentBag<Call> _calls = [];
        readonly ConcurrentBag<Task<WriteOutcome>> _pending = [];
        readonly Registry[] _nodes = new Registry[3];
        long _clock;

        // A node can be replaced while agents use it: what a restart does to its views and queues.
        sealed class Registry(SpaceRegistry spaces, FaultyStore store)
        {
            public SpaceRegistry Spaces { get; } = spaces;

            public FaultyStore Store { get; } = store;
        }

        public async Task PlayAsync(int agents, int requestsEach)
        {
            for (var i = 0; i < _nodes.Length; i++)
                _nodes[i] = NewNode(seed * 100 + i);
            await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(() => ActAsync(agent, requestsEach))));
        }

        Registry NewNode(int nodeSeed)
        {
            var store = new FaultyStore(_disk, new Random(nodeSeed)) { FaultRate = 0.12 };
            var options = new SpaceOptions { CheckpointCommits = 20, WriteTimeout = TimeSpan.FromMilliseconds(seed % 2 == 0 ? 15 : 20_000), ReadTimeout = TimeSpan.FromSeconds(5), MaxCommitEntries = 1 + nodeSeed % 7, ValueCacheBytes = 4096 };
            return new Registry(new SpaceRegistry(store, options, TimeProvider.System), store);
        }

        async Task ActAsync(int agent, int requests)
        {
            var random = new Random(seed * 1000 + agent);
            long seen = 0;
            for (var i = 0; i < requests; i++)
            {
                var index = random.Next(_nodes.Length);
                if (random.Next(60) == 0)
                    _nodes[index] = NewNode(random.Next());
                try
                {
                    var space = await _nodes[index].Spaces.OpenAsync(SpaceId, default);
                    seen = random.Next(3) == 0 ? await ReadAsync(space, random, seen) : await WriteAsync(space, random, agent, i, seen);
                }
                catch (StoreUnavailableException)
                {
                    // An answer that promises nothing: the agent goes on.
                }
            }
        }

        async Task<long> ReadAsync(Space space, Random random, long seen)
        {
            var level = random.Next(2) == 0 ? ConsistencyLevel.Session : ConsistencyLevel.Strong;
            var acknowledged = _calls.Select(call => call.Outcome).OfType<WriteOutcome.Committed>().Select(done => done.Version).DefaultIfEmpty().Max();
            var view = (await space.ReachAsync(level, seen, default)).ShouldNotBeNull();
            view.Version.ShouldBeGreaterThanOrEqualTo(level == ConsistencyLevel.Strong ? Math.Max(seen, acknowledged) : seen);
            foreach (var key in Keys)
            {
                if (view.TryGet(new RecordKey(RecordKind.State, key), TimeProvider.System.GetUtcNow(), out var info))
                {
                    var value = await space.ReadValueAsync(new RecordKey(RecordKind.State, key), info.ETag, default);
                    JsonNode.Parse(value.Json.Span)!["key"]!.GetValue<string>().ShouldBe(key);
                }
            }
            return view.Version;
        }

        async Task<long> WriteAsync(Space space, Random random, int agent, int number, long seen)
        {
            if (await space.ReachAsync(ConsistencyLevel.Session, seen, default) is not { } view)
                throw new InvalidOperationException("a version that was seen is gone");
            var mutations = Keys.OrderBy(_ => random.Next()).Take(random.Next(4) == 0 ? 3 : 1).Select(key => NewMutation(view, key, random, $"{agent}-{number}")).ToList();
            var request = new WriteRequest($"agent-{agent}", $"{number}", (UInt128)(agent * 1000 + number), mutations);
            var began = Interlocked.Increment(ref _clock);
            // Some callers are impatient: they ask another node while the first one is still at it, and hear only of the second answer.
            var isImpatient = random.Next(8) == 0;
            var first = space.WriteAsync(request, default);
            _pending.Add(first);
            var outcome = isImpatient ? new WriteOutcome.Unavailable(OutcomeUnknown: true) : await first;
            var mayBeDone = outcome is WriteOutcome.Unavailable { OutcomeUnknown: true };
            for (var attempt = 0; attempt < 3 && mayBeDone && outcome is WriteOutcome.Unavailable; attempt++)
            {
                var other = await _nodes[random.Next(_nodes.Length)].Spaces.OpenAsync(SpaceId, default);
                outcome = await other.WriteAsync(request with { IsRepeat = true }, default);
            }
            if (mayBeDone && outcome is WriteOutcome.Unavailable)
                outcome = new WriteOutcome.Unavailable(OutcomeUnknown: true);
            if (random.Next(6) == 0)
            {
                // A retry, perhaps by way of another node: it must get the same answer.
                var other = await _nodes[random.Next(_nodes.Length)].Spaces.OpenAsync(SpaceId, default);
                if (outcome is WriteOutcome.Committed told && await other.ReachAsync(ConsistencyLevel.Session, told.Version, default) is not null)
                {
                    var again = await other.WriteAsync(request, default);
                    if (again is WriteOutcome.Committed second && told.Place is not null)
                    {
                        second.Place.ShouldBe(told.Place);
                        second.Results.ShouldBe(told.Results);
                    }
                }
            }
            _calls.Add(new Call(request, outcome, began, Interlocked.Increment(ref _clock)));
            return outcome switch
            {
                WriteOutcome.Committed done => Math.Max(seen, done.Version),
                WriteOutcome.PreconditionFailed failed => Math.Max(seen, failed.Version),
                WriteOutcome.NotFound missing => Math.Max(seen, missing.Version),
                _ => seen,
            };
        }

        static Mutation NewMutation(View view, string name, Random random, string mark)
        {
            var key = new RecordKey(RecordKind.State, name);
            var current = view.TryGet(key, TimeProvider.System.GetUtcNow(), out var info) ? info.ETag : (ETag?)null;
            var precondition = random.Next(4) switch
            {
                0 => Precondition.MustBeAbsent,
                1 when current is { } etag => Precondition.Match(etag),
                2 => Precondition.MustExist,
                _ => default,
            };
            return random.Next(6) switch
            {
                0 => new Mutation(key, MutationKind.Delete, Precondition: precondition),
                1 => new Mutation(key, MutationKind.Merge, Encoding.UTF8.GetBytes($$"""{"p{{mark}}":1}"""), precondition),
                2 => new Mutation(key, MutationKind.Check, Precondition: precondition),
                _ => new Mutation(key, MutationKind.Put, Encoding.UTF8.GetBytes($$"""{"key":"{{name}}","mark":"{{mark}}"}"""), precondition),
            };
        }

        public async Task CheckAsync()
        {
            foreach (var node in _nodes)
                node.Store.FaultRate = 0;
            await Task.WhenAll(_pending);
            await _disk.SettleAsync();
            // A fourth node, which has seen nothing, reads the whole log; loading verifies the chain.
            var witness = await new SpaceRegistry(new FaultyStore(_disk, new Random(seed)), new SpaceOptions(), TimeProvider.System).OpenAsync(SpaceId, default);
            var log = new List<Commit>();
            while (await witness.ReadCommitsAsync(log.Count, 100, default) is { Count: > 0 } page)
                log.AddRange(page.Select(stored => CommitCodec.Decode(stored.Json)));
            log.Count.ShouldBe((int)witness.View.Version);

            var model = Replay(log);
            CheckAnswers(log);
            CheckRealTimeOrder();
            await CheckNodesAsync(witness, model);
        }

        /// <summary>Every entry, applied to a dictionary in log order; each must have been allowed where it stands.</summary>
        Dictionary<string, (ETag ETag, JsonNode Value)> Replay(List<Commit> log)
        {
            var requests = _calls.DistinctBy(call => (call.Request.By, call.Request.RequestId)).ToDictionary(call => (call.Request.By, call.Request.RequestId));
            var model = new Dictionary<string, (ETag ETag, JsonNode Value)>();
            var done = new HashSet<(string, string)>();
            foreach (var commit in log)
            {
                for (var i = 0; i < commit.Entries.Count; i++)
                {
                    var entry = commit.Entries[i];
                    var place = new ETag(commit.Number, i);
                    done.Add((entry.By, entry.RequestId)).ShouldBeTrue($"request {entry.By}/{entry.RequestId} stands twice in the log");
                    // A request whose agent got an exception is not among the calls, but its effect must make sense all the same.
                    var mutations = requests.TryGetValue((entry.By, entry.RequestId), out var call) ? call.Request.Mutations : [];
                    if (entry.Refusal is { } refusal)
                    {
                        entry.Changes.ShouldBeEmpty();
                        for (var m = 0; m < mutations.Count && m <= refusal.Index; m++)
                            Allows(mutations[m], model).ShouldBe(m < refusal.Index, $"{mutations[m]} refused at {place}");
                        continue;
                    }
                    foreach (var mutation in mutations)
                        Allows(mutation, model).ShouldBeTrue($"{mutation} at {place}");
                    foreach (var change in entry.Changes)
                    {
                        change.Was.ShouldBe(model.TryGetValue(change.Key.Key, out var before) ? before.ETag : null);
                        var mutation = mutations.FirstOrDefault(m => m.Key == change.Key);
                        if (change.Content?.Json is { } json)
                        {
                            var value = JsonNode.Parse(json.Span)!;
                            if (mutation is { Kind: MutationKind.Merge })
                                JsonNode.DeepEquals(value, Merged(before.Value, JsonNode.Parse(mutation.Value.Span)!)).ShouldBeTrue();
                            else if (mutation is { Kind: MutationKind.Put })
                                json.ToArray().ShouldBe(mutation.Value.ToArray());
                            model[change.Key.Key] = (place, value);
                        }
                        else
                            model.Remove(change.Key.Key).ShouldBeTrue();
                    }
                }
            }
            return model;
        }

        static bool Allows(Mutation mutation, Dictionary<string, (ETag ETag, JsonNode Value)> model)
        {
            var exists = model.TryGetValue(mutation.Key.Key, out var record);
            return !(mutation.Precondition.Absent && exists)
                && (mutation.Precondition.Matches is not { } etags || (exists && (etags.Count == 0 || etags.Contains(record.ETag))))
                && (exists || mutation.Kind is not (MutationKind.Merge or MutationKind.Delete));
        }

        static JsonNode Merged(JsonNode target, JsonNode patch)
        {
            var merged = target.DeepClone().AsObject();
            foreach (var (name, value) in patch.AsObject())
                merged[name] = value?.DeepClone();
            return merged;
        }

        void CheckAnswers(List<Commit> log)
        {
            var places = new Dictionary<(string, string), ETag>();
            var changed = new HashSet<(RecordKey, ETag)>();
            foreach (var commit in log)
            {
                for (var i = 0; i < commit.Entries.Count; i++)
                {
                    if (commit.Entries[i].Refusal is null)
                        places[(commit.Entries[i].By, commit.Entries[i].RequestId)] = new ETag(commit.Number, i);
                    foreach (var change in commit.Entries[i].Changes)
                        changed.Add((change.Key, new ETag(commit.Number, i)));
                }
            }
            foreach (var call in _calls)
            {
                var isLogged = places.TryGetValue((call.Request.By, call.Request.RequestId), out var place);
                if (call.Outcome is WriteOutcome.PreconditionFailed { Current: { } current } failed)
                    changed.ShouldContain((failed.Key, current), "a refusal names a state that never was");
                switch (call.Outcome)
                {
                    case WriteOutcome.Committed { Place: { } told }:
                        isLogged.ShouldBeTrue("an acknowledged write is lost");
                        place.ShouldBe(told);
                        break;
                    case WriteOutcome.Unavailable { OutcomeUnknown: true }:
                        break;
                    default:
                        isLogged.ShouldBeFalse($"a refused write stands in the log: {call.Outcome}");
                        break;
                }
            }
        }

        /// <summary>What ended before another began stands before it in the log.</summary>
        void CheckRealTimeOrder()
        {
            var done = _calls.Where(call => call.Outcome is WriteOutcome.Committed { Place: not null })
                .Select(call => (call.Began, call.Ended, Place: ((WriteOutcome.Committed)call.Outcome).Place!.Value)).OrderBy(call => call.Began).ToList();
            var ended = done.OrderBy(call => call.Ended).ToList();
            ETag newest = default;
            var next = 0;
            foreach (var call in done)
            {
                for (; next < ended.Count && ended[next].Ended < call.Began; next++)
                    newest = ended[next].Place > newest ? ended[next].Place : newest;
                call.Place.ShouldBeGreaterThan(newest);
            }
        }

        async Task CheckNodesAsync(Space witness, Dictionary<string, (ETag ETag, JsonNode Value)> model)
        {
            foreach (var node in _nodes)
            {
                var space = await node.Spaces.OpenAsync(SpaceId, default);
                var view = (await space.ReachAsync(ConsistencyLevel.Strong, witness.View.Version, default)).ShouldNotBeNull();
                view.List(RecordKind.State, "", null, TimeProvider.System.GetUtcNow()).Select(record => (record.Key.Key, record.Value.ETag))
                    .ShouldBe(model.OrderBy(record => record.Key, StringComparer.Ordinal).Select(record => (record.Key, record.Value.ETag)));
                foreach (var (key, (etag, value)) in model)
                {
                    var read = await space.ReadValueAsync(new RecordKey(RecordKind.State, key), etag, default);
                    JsonNode.DeepEquals(JsonNode.Parse(read.Json.Span), value).ShouldBeTrue();
                }
            }
        }
    }
}
