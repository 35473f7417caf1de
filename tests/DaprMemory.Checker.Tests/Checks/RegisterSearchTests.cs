using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>The search against all orders there are, against the order of the ETags, and at its limit.</summary>
public sealed class RegisterSearchTests
{
    [Fact]
    public void Search_agrees_with_trying_all_orders_of_random_small_histories()
    {
        var random = new Random(17);
        var linearizable = 0;
        const int Histories = 20_000;
        for (var i = 0; i < Histories; i++)
        {
            var key = new HistoryIndex(NewHistory(random)).Keys.Single();
            var expected = CanFinish(RegisterCall.Of(key), 0, RegisterCall.Absent);
            linearizable += expected ? 1 : 0;
            RegisterSearch.Decide(key, 10_000).ShouldBe(expected, $"history {i}");
        }
        linearizable.ShouldBeInRange(Histories / 10, Histories * 9 / 10);
    }

    [Theory]
    [InlineData(Bug.LostUpdate, 1.0)]
    [InlineData(Bug.StaleStrongValue, 0.9)]
    [InlineData(Bug.StaleStrongRead, 0.9)]
    public void Search_finds_planted_bugs_without_believing_the_places(Bug bug, double share)
    {
        var found = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var index = new HistoryIndex(new Simulation(seed, bug).Run());
            var undecided = new List<string>();
            found += RegisterSearch.Check(index, new CheckOptions(), undecided).Count > 0 ? 1 : 0;
        }
        found.ShouldBeGreaterThanOrEqualTo((int)(40 * share));
    }

    [Fact]
    public void What_the_search_finds_is_also_found_by_the_checks_that_believe_the_places()
    {
        foreach (var bug in Enum.GetValues<Bug>())
        {
            for (var seed = 1; seed <= 25; seed++)
            {
                var index = new HistoryIndex(new Simulation(seed, bug).Run());
                var found = RegisterSearch.Check(index, new CheckOptions(), []);
                if (found.Count > 0)
                    (Linearizability.Check(index).Count + ShownValues.Check(index).Count + NothingLost.Check(index).Count).ShouldBeGreaterThan(0, $"{bug}, seed {seed}: {found[0].Message}");
            }
        }
    }

    [Fact]
    public void Search_that_reaches_its_limit_says_so()
    {
        var script = new Script();
        for (var i = 0; i < 20; i++)
            script.Put($"v{i}", $"{i + 1}.0", 0, 100, client: i);
        script.Read("nobody's", "99.0", 101, 102);

        var report = HistoryChecker.Check(script.History, new CheckOptions { SearchStates = 1_000 });

        report.Undecided.ShouldBe(["s/k"]);
    }

    [Fact]
    public void Search_of_many_overlapping_writes_without_readers_is_quick_when_they_are_legal()
    {
        var script = new Script();
        for (var i = 0; i < 2_000; i++)
            script.Put($"v{i}", $"{i + 1}.0", i, i + 60, client: i);

        RegisterSearch.Decide(script.Index.Keys.Single(), 0).ShouldBe(true);
    }

    static RecordedHistory NewHistory(Random random)
    {
        var operations = new List<Operation>();
        var count = random.Next(2, 7);
        for (var i = 0; i < count; i++)
        {
            var begin = random.Next(12);
            var other = random.Next(count);
            var isRead = random.Next(2) == 0;
            var value = random.Next(5) == 0 ? null : $"v{other}";
            var kind = isRead ? OperationKind.Read : random.Next(4) == 0 ? OperationKind.Delete : OperationKind.Put;
            var condition = random.Next(4);
            operations.Add(new Operation
            {
                Id = i + 1, Client = i, Space = "s", Key = "k", Kind = kind, Level = Level.Strong, Begin = begin, End = begin + random.Next(1, 8),
                Value = isRead ? value : kind == OperationKind.Put ? $"v{i}" : null,
                Expected = !isRead && condition == 0 ? new Place(other + 1, 0) : null,
                MustBeAbsent = kind == OperationKind.Put && condition == 1,
                Outcome = isRead ? (value is null ? Outcome.NotFound : Outcome.Ok)
                    : random.Next(4) == 0 ? Outcome.Unknown
                    : condition <= 1 && kind == OperationKind.Put && random.Next(3) == 0 ? Outcome.PreconditionFailed
                    : Outcome.Ok,
                ETag = isRead ? (value is null ? null : new Place(other + 1, 0)) : new Place(i + 1, 0),
            });
        }
        return new RecordedHistory { Operations = operations };
    }

    static bool CanFinish(List<RegisterCall> calls, int done, int state)
    {
        var open = Enumerable.Range(0, calls.Count).Where(i => (done & (1 << i)) == 0).ToList();
        var required = open.Where(i => !calls[i].IsOptional).ToList();
        return required.Count == 0
            || open.Exists(i => calls[i].Allows(state)
                && !required.Exists(other => calls[other].End < calls[i].Begin)
                && CanFinish(calls, done | (1 << i), calls[i].IsRead ? state : calls[i].Leaves));
    }
}
