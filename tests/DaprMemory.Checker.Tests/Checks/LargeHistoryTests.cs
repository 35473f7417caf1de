using DaprMemory.Checker.Checks;
using DaprMemory.Checker.Reports;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>Histories of the size that the torture run makes.</summary>
public sealed class LargeHistoryTests
{
    [Fact]
    public void Hundred_thousand_operations_over_a_hundred_spaces_and_twenty_hot_keys_are_decided()
    {
        var history = new Simulation(1) { Clients = 50, OperationsPerClient = 2_000, Spaces = 100, KeysPerSpace = 4, HotKeys = 20, Talk = 0.2 }.Run();

        history.Operations.Count.ShouldBe(100_000);
        var report = HistoryChecker.Check(history, Simulation.Options);

        report.Violations.Take(3).Select(violation => $"{violation.Message}: {HistoryText.Render(violation.Accused)}").ShouldBeEmpty();
        report.Undecided.ShouldBeEmpty();
    }

    [Fact]
    public void Long_chain_of_compare_and_sets_is_explained_with_few_operations()
    {
        var script = new Script().Put("v1", "1.0", 0, 1, absent: true);
        for (var i = 2; i <= 3_000; i++)
            script.Put($"v{i}", $"{i}.0", 2 * i, (2 * i) + 1, expected: $"{i - 1}.0");
        script.Put("lost", "3001.0", 9_000, 9_001, expected: "2999.0");

        var violation = HistoryChecker.Check(script.History).Violations[0];

        new Minimizer().Minimize(script.History, violation).History.Operations.Count.ShouldBeLessThanOrEqualTo(4);
    }
}
