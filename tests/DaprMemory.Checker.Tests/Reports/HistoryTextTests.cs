using DaprMemory.Checker.Checks;
using DaprMemory.Checker.Reports;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Reports;

/// <summary>What people read.</summary>
public sealed class HistoryTextTests
{
    [Fact]
    public void Failed_run_is_told_with_its_seed_and_a_minimal_history()
    {
        var history = new Script().Put("a", "1.0", 0, 1).Put("noise", "2.0", 2, 3, key: "other").Put("b", "3.0", 4, 5).Read("a", "1.0", 6, 7, version: 3).History with { Seed = 42 };

        var text = HistoryText.Explain(history, HistoryChecker.Check(history));

        text.ShouldStartWith("seed 42: ");
        text.ShouldContain("Linearizability, 2 times.");
        text.ShouldContain("client 2   strong   read s/k");
        text.ShouldContain("→ \"a\" @1.0 v3");
        text.ShouldContain("[6.000 ms .. 7.000 ms]");
        text.ShouldNotContain("noise");
    }
}
