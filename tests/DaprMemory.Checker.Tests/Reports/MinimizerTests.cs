using DaprMemory.Checker.Checks;
using DaprMemory.Checker.Reports;
using DaprMemory.Checker.Tests.Checks;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Reports;

/// <summary>What is left of a failing history when everything that does not matter is gone.</summary>
public sealed class MinimizerTests
{
    public static TheoryData<Bug, Promise> Bugs => SimulatedHistoryTests.Bugs;

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Planted_bug_is_shown_with_ten_operations_or_fewer(Bug bug, Promise promise)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var history = new Simulation(seed, bug).Run();
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
