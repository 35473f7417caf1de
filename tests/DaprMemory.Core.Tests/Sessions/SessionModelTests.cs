using System.Collections.Concurrent;
using DaprMemory.Core.Log;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Sessions;

/// <summary>
/// Concurrent agents append to, read and delete sessions over three nodes on stores that fail in every way a store can. In the end, the logs
/// in the hot store tell what happened: nothing that was acknowledged is lost, doubled, renumbered or out of order.
/// </summary>
public sealed class SessionModelTests
{
    public static TheoryData<int, bool> Runs
    {
        get
        {
            var runs = new TheoryData<int, bool>();
            for (var seed = 1; seed <= 6; seed++)
            {
                runs.Add(seed, false);
                runs.Add(seed, true);
            }
            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Concurrent_agents_over_faulty_nodes_lose_double_and_reorder_nothing(int seed, bool deletes)
    {
        var run = new Run(seed, deletes);
        await run.PlayAsync(agents: 8, callsEach: 40);
        await run.CheckAsync();
    }

    sealed record Call(string Session, AppendRequest Request, AppendOutcome Outcome, long Began, long Ended);

    sealed class Run(int seed, bool deletes)
    {
        static readonly string[] Names = ["one", "two"];

        readonly FaultyStore.Shared _strong = new();
        readonly FaultyStore.Shared _hot = new();
        readonly ConcurrentBag<Call> _calls = [];
        readonly SessionNode[] _nodes = new SessionNode[3];
        long _clock;

        public async Task PlayAsync(int agents, int callsEach)
        {
            for (var i = 0; i < _nodes.Length; i++)
                _nodes[i] = NewNode(seed * 100 + i);
            await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(() => ActAsync(agent, callsEach))));
        }

        SessionNode NewNode(int nodeSeed)
        {
            var limits = new SpaceOptions
            {
                WriteTimeout = TimeSpan.FromMilliseconds(seed % 2 == 0 ? 15 : 20_000),
                ReadTimeout = TimeSpan.FromSeconds(5),
                MaxCommitEntries = 1 + nodeSeed % 7,
            };
            var node = new SessionNode(_strong, _hot, limits, options: new SessionsOptions { CacheBytes = 8192, MaxOpen = 1 + nodeSeed % 2 }, seed: nodeSeed);
            (node.Strong.FaultRate, node.Hot.FaultRate) = (0.1, 0.1);
            return node;
        }

        async Task ActAsync(int agent, int calls)
        {
            var random = new Random(seed * 1000 + agent);
            for (var i = 0; i < calls; i++)
            {
                if (random.Next(60) == 0)
                    _nodes[random.Next(_nodes.Length)] = NewNode(random.Next());
                var session = Names[random.Next(Names.Length)];
                var node = _nodes[random.Next(_nodes.Length)];
                try
                {
                    if (deletes && random.Next(25) == 0)
                        await node.DeleteAsync(session);
                    else if (random.Next(4) == 0)
                        await ReadAsync(node, session);
                    else
                        await AppendAsync(random, session, agent, i);
                }
                catch (StoreUnavailableException)
                {
                    // An answer that promises nothing: the agent goes on.
                }
            }
        }

        async Task ReadAsync(SessionNode node, string session)
        {
            var acknowledged = deletes ? 0 : _calls.Where(call => call.Session == session)
                .Select(call => call.Outcome).OfType<AppendOutcome.Appended>().Select(done => done.Last).DefaultIfEmpty().Max();
            var page = await node.ReadAsync(session, new TurnQuery(Limit: 20));
            if (page is null)
            {
                acknowledged.ShouldBe(0, "a session is gone");
                return;
            }
            page.Newest.ShouldBeGreaterThanOrEqualTo(acknowledged);
            page.Missing.ShouldBeEmpty();
            page.Turns.Select(turn => turn.Number).ShouldBe(Numbers(page.First, page.Last));
        }

        async Task AppendAsync(Random random, string session, int agent, int number)
        {
            var turns = Enumerable.Range(0, 1 + random.Next(3)).Select(i => SessionNode.Say($"{agent}-{number}-{i}", $"agent-{agent}")).ToList();
            var request = new AppendRequest($"agent-{agent}", $"{number}", (UInt128)(agent * 1000 + number), turns, TimeSpan.FromDays(30));
            var began = Interlocked.Increment(ref _clock);
            AppendOutcome? first = null;
            for (var attempt = 0; attempt < 40; attempt++)
            {
                var outcome = await _nodes[random.Next(_nodes.Length)].AppendAsync(session, request);
                if (!deletes && first is AppendOutcome.Appended && outcome is AppendOutcome.Appended)
                    outcome.ShouldBe(first, "a repeat has another answer");
                first = first is AppendOutcome.Appended ? first : outcome;
                // Sometimes a repeat though there is an answer: perhaps by way of another node, and while the first one is still under way there.
                if (first is AppendOutcome.Appended && random.Next(4) != 0)
                    break;
                if (deletes && first is AppendOutcome.Appended)
                    break;
            }
            _calls.Add(new Call(session, request, first!, began, Interlocked.Increment(ref _clock)));
        }

        public async Task CheckAsync()
        {
            foreach (var node in _nodes)
                (node.Strong.FaultRate, node.Hot.FaultRate) = (0, 0);
            await _strong.SettleAsync();
            await _hot.SettleAsync();
            var logs = ReadLogs();
            foreach (var log in logs)
                CheckLog(log);
            CheckAnswers(logs);
            // A node that has seen nothing, and every other one, tell what the log tells.
            foreach (var node in _nodes.Append(NewNode(seed)))
            {
                (node.Strong.FaultRate, node.Hot.FaultRate) = (0, 0);
                foreach (var name in Names)
                {
                    if (await node.FindAsync(name) is not { } found)
                        continue;
                    var turns = logs.Single(log => log[0].Number == 1 && log[0].Id == FirstBlockOf(found)).SelectMany(block => block.Turns).ToList();
                    var read = new List<Turn>();
                    for (long? before = null; before is null or > 1;)
                    {
                        var page = await found.ReadAsync(new TurnQuery(before, 37), default);
                        read.InsertRange(0, page.Turns);
                        before = page.First;
                    }
                    read.Select(turn => (turn.Number, turn.GetText())).ShouldBe(turns.Select(turn => (turn.Number, turn.GetText())));
                }
            }
        }

        Guid FirstBlockOf(Session session) => TurnBlockCodec.Decode(
            _hot.Values[$"acme:talks:s:{session.Entry.Record.Generation:n}:{1:x16}"].Value).Id;

        /// <summary>The blocks of every session that ever was, in order.</summary>
        List<List<TurnBlock>> ReadLogs() => [.. _hot.Values
            .Where(stored => stored.Key.Split(':') is [_, _, "s", _, { Length: 16 }])
            .OrderBy(stored => stored.Key, StringComparer.Ordinal)
            .GroupBy(stored => stored.Key[..stored.Key.LastIndexOf(':')], stored => TurnBlockCodec.Decode(stored.Value.Value))
            .Select(log => log.ToList())];

        static void CheckLog(List<TurnBlock> log)
        {
            log.Select(block => block.Number).ShouldBe(Numbers(1, log.Count), "a block is left out");
            for (var i = 0; i < log.Count; i++)
            {
                log[i].First.ShouldBe(i == 0 ? 1 : log[i - 1].Last + 1);
                (log[i].IsSeal && i < log.Count - 1).ShouldBeFalse("something stands behind a seal");
            }
            var entries = log.SelectMany(block => block.Entries).Select(entry => (entry.By, entry.RequestId)).ToList();
            entries.Distinct().Count().ShouldBe(entries.Count, "a request stands twice in a log");
            foreach (var agent in log.SelectMany(block => block.Entries).GroupBy(entry => entry.By))
                agent.Select(entry => int.Parse(entry.RequestId)).ShouldBeInOrder();
        }

        void CheckAnswers(List<List<TurnBlock>> logs)
        {
            var places = logs.SelectMany((log, number) => log.SelectMany(block => block.Turns).Select(turn => (Text: turn.GetText(), Log: number, turn.Number)))
                .ToLookup(turn => turn.Text, turn => (turn.Log, turn.Number));
            var done = new List<(Call Call, int Log, long First)>();
            foreach (var call in _calls)
            {
                if (call.Outcome is not AppendOutcome.Appended told)
                {
                    call.Outcome.ShouldBeOfType<AppendOutcome.Unavailable>();
                    continue;
                }
                (told.Last - told.First + 1).ShouldBe(call.Request.Turns.Count);
                var found = places[call.Request.Turns[0].GetText()].ToList();
                // The first attempts may have gone into a session that was deleted before the last one.
                if (!deletes)
                    found.Count.ShouldBe(1, "an acknowledged turn is lost or doubled");
                var log = found.First(place => place.Number == told.First).Log;
                for (var i = 0; i < call.Request.Turns.Count; i++)
                    places[call.Request.Turns[i].GetText()].ShouldContain((log, told.First + i));
                done.Add((call, log, told.First));
            }
            done.Count.ShouldBeGreaterThan(100);
            // What ended before another began stands before it.
            foreach (var log in done.GroupBy(call => call.Log))
            {
                foreach (var later in log)
                    log.Where(call => call.Call.Ended < later.Call.Began).Select(call => call.First).DefaultIfEmpty().Max().ShouldBeLessThan(later.First);
            }
        }

        static IEnumerable<long> Numbers(long first, long last)
        {
            for (var number = first; number <= last; number++)
                yield return number;
        }
    }
}
