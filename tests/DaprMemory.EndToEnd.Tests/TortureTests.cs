using DaprMemory.Checker.History;
using DaprMemory.Checker.Reports;
using DaprMemory.Cli.Torture;
using Xunit.Abstractions;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>The fault run, short and from one seed; <c>daprmem torture</c> is the long one.</summary>
public sealed class TortureTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Fleet_broken_in_every_way_under_load_keeps_every_promise()
    {
        var options = new TortureOptions { Seed = 20271107, Duration = TimeSpan.FromSeconds(25) };

        var report = await new TortureRun(options, output.WriteLine).RunAsync(CancellationToken.None);

        report.Check.Violations.Count.ShouldBe(0, report.Check.Violations.Count == 0 ? "" : HistoryText.Explain(report.History, report.Check));
        report.UnexpectedExamples.ShouldBeEmpty();
        report.Check.Undecided.ShouldBeEmpty();
        report.Faults.Select(fault => fault.Kind).Distinct().Count().ShouldBeGreaterThanOrEqualTo(3, "it was to be broken in several ways");
        report.History.Operations.Count(operation => operation.IsAnswered).ShouldBeGreaterThan(options.Clients * 10, "the clients were to be answered all the while");
    }

    [Fact]
    public void Silence_counts_only_while_a_service_is_dead_alone_and_somebody_waits()
    {
        InjectedFault[] faults = [new(FaultKind.ServiceKilled, 0, 100, 900, IsAlone: true), new(FaultKind.ServiceKilled, 0, 2000, 3000, IsAlone: false)];
        Operation[] operations =
        [
            Call(0, 50),
            Call(200, 350),
            Call(210, 340, Outcome.Unknown),
            Call(700, 800), // nobody waited between 350 and 700
            Call(750, 3000),
        ];

        var (silences, failed) = Availability.Of(operations, faults);

        silences.ShouldBe([new Silence("s", 800, 3000, Fault: 100)]);
        failed.ShouldBe(1);
    }

    [Fact]
    public void Silence_counts_from_the_kill_on() =>
        Availability.Of([Call(0, 50), Call(60, 200)], [new(FaultKind.ServiceKilled, 0, 100, 900, IsAlone: true)]).Silences.ShouldBe([new Silence("s", 100, 200, Fault: 100)]);

    static Operation Call(long begin, long end, Outcome outcome = Outcome.Ok) => new() { Space = "s", Begin = begin, End = end, Outcome = outcome };
}
