using DaprMemory.Checker.Checks;
using DaprMemory.Checker.Reports;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>Histories of a simulated store: the right one is never accused, each planted bug is found.</summary>
public sealed class SimulatedHistoryTests
{
    public static TheoryData<Bug, Promise> Bugs => new()
    {
        { Bug.StaleStrongRead, Promise.Linearizability },
        { Bug.StaleStrongValue, Promise.Linearizability },
        { Bug.LostUpdate, Promise.Linearizability },
        { Bug.DirtyRead, Promise.NothingPhantom },
        { Bug.ResurrectedDelete, Promise.NothingResurrected },
        { Bug.BrokenReadYourWrites, Promise.ReadYourWrites },
        { Bug.DoubledWrite, Promise.NothingDoubled },
        { Bug.LostWrite, Promise.NothingLost },
        { Bug.PhantomValue, Promise.NothingPhantom },
        { Bug.BrokenCausality, Promise.CausalOrder },
        { Bug.StaleEventualRead, Promise.BoundedStaleness },
        { Bug.TornMultiRead, Promise.Snapshot },
        { Bug.RefusedWriteTakesEffect, Promise.NothingPhantom },
        { Bug.SearchMissesWrite, Promise.ReadYourWrites },
        { Bug.SearchShowsDeleted, Promise.NothingResurrected },
        { Bug.DuplicateMemory, Promise.NothingDoubled },
        { Bug.LostAppend, Promise.NothingLost },
        { Bug.DoubledAppend, Promise.NothingDoubled },
        { Bug.ReorderedAppends, Promise.TurnOrder },
        { Bug.ResurrectedSession, Promise.NothingResurrected },
        { Bug.StaleEndOfSession, Promise.Linearizability },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Correct_store_with_overlaps_and_lost_answers_is_never_accused(bool withLog)
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var history = new Simulation(seed) { Clients = 2 + (seed % 9), Spaces = 1 + (seed % 3), KeysPerSpace = 1 + (seed % 4), Talk = seed % 3 * 0.4 }.Run();
            var report = HistoryChecker.Check(withLog ? history : history with { Log = null, Final = seed % 2 == 0 ? [] : history.Final }, Simulation.Options);
            report.Violations.Select(violation => $"seed {seed}: {violation.Message}\n{string.Join("\n", violation.Operations.Select(HistoryText.Render))}").ShouldBeEmpty();
            report.Undecided.ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Planted_bug_is_found_for_every_seed(Bug bug, Promise promise)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var simulation = Simulation.Of(seed, bug, clients: 4 + (seed % 5));
            var history = simulation.Run();
            simulation.Bites.ShouldBeGreaterThan(0, $"seed {seed}");
            var report = HistoryChecker.Check(history, Simulation.Options);
            report.Violations.ShouldContain(violation => violation.Promise == promise, $"seed {seed}");
        }
    }
}
