using DaprMemory.Checker.Checks;
using DaprMemory.Checker.Reports;
using DaprMemory.Checker.Tests.Checks;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Reports;

/// <summary>What is left of a failing history when everything that does not matter is gone.</summary>
public sealed class MinimizerTests
{
    [Fact]
    public void Foreign_entry_of_the_log_is_shown_alone()
    {
        var history = new Script().Put("a", "1.0", 0, 1).Read("a", "1.0", 2, 3).Log(("1.0", "k", "a"), ("2.0", "k", "x"), ("3.0", "k", "y")).History;
        var violation = HistoryChecker.Check(history).Violations[1];

        var small = new Minimizer().Minimize(history, violation).History;

        small.Operations.ShouldBeEmpty();
        small.Log.ShouldHaveSingleItem().Value.ShouldBe("y");
    }

    public static TheoryData<Bug, Promise> Bugs => SimulatedHistoryTests.Bugs;

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Planted_bug_is_shown_with_ten_operations_or_fewer(Bug bug, Promise promise)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var history = Simulation.Of(seed, bug).Run();
            foreach (var violation in HistoryChecker.Check(history, Simulation.Options).Violations.Where(violation => violation.Promise == promise).Take(5))
            {
                var small = new Minimizer(Simulation.Options).Minimize(history, violation).History;
                (small.Operations.Count + small.Final.Count).ShouldBeInRange(1, 10, $"seed {seed}: {HistoryText.Render(small)}");
                HistoryChecker.Check(small, Simulation.Options).Violations
                    .ShouldContain(found => found.Promise == promise && found.Accused.Id == violation.Accused.Id, $"seed {seed}");
            }
        }
    }
}
