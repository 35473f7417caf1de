using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Reports;
using DaprMemory.Cli.Commands;

namespace DaprMemory.Cli.Torture;

/// <summary><c>daprmem torture</c>: real processes, broken in every way for as long as one likes, and a checker that knows what must hold.</summary>
internal static class TortureCommand
{
    // A run that counts operations still has an end when nothing is answered.
    const double MostMinutes = 24 * 60;

    public static Command Create()
    {
        var minutes = new Option<double?>("--minutes") { Description = "How long clients call. Default 1, or until --operations are done." };
        var operations = SymbolRules.NewNumber("--operations", "After how many operations to end.", 1);
        var seed = SymbolRules.NewNumber("--seed", "What operations and faults are drawn from; printed, and by default drawn itself.", 0, int.MaxValue);
        var clients = SymbolRules.NewNumber("--clients", "How many clients call at once.", 1, 1024, otherwise: 32);
        var spaces = SymbolRules.NewNumber("--spaces", "Over how many spaces.", 1, 10_000, otherwise: 100);
        var hotKeys = SymbolRules.NewNumber("--hot-keys", "How many keys get half of all operations.", 0, 10_000, otherwise: 20);
        var hotSessions = SymbolRules.NewNumber("--hot-sessions", "How many sessions get half of all operations on sessions.", 0, 10_000, otherwise: 4);
        var faults = new Option<FaultKind[]>("--faults")
        {
            Description = "What to break; a single kind always comes alone. Default: everything.",
            AllowMultipleArgumentsPerToken = true,
        };
        var file = new Option<string?>("--out") { Description = "Where to keep the history, as JSON lines. By default only one that breaks a promise is kept." };
        var command = new Command(
            "torture",
            """
            Break a whole system on purpose and check that it keeps its promises: a router and three services with a sidecar each, as processes
            of their own, are killed, held, cut off and lied to while clients read and write records, talk in sessions, and add and search
            memories; then all that the clients were told is checked.

              daprmem torture --minutes 10
              daprmem torture --operations 100000 --seed 7
              daprmem torture --faults ServiceKilled       how long spaces wait when a service dies

            Exit code 1: a promise was broken; the smallest history that shows it is printed.
            """) { minutes, operations, seed, clients, spaces, hotKeys, hotSessions, faults, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(operations);
            var options = new TortureOptions
            {
                Seed = (int)(parsed.GetValue(seed) ?? Random.Shared.Next()),
                Duration = TimeSpan.FromMinutes(Math.Clamp(parsed.GetValue(minutes) ?? (count is null ? 1 : MostMinutes), 0.01, MostMinutes)),
                Operations = count,
                Clients = (int)parsed.GetRequiredValue(clients)!,
                Spaces = (int)parsed.GetRequiredValue(spaces)!,
                HotKeys = (int)parsed.GetRequiredValue(hotKeys)!,
                HotSessions = (int)parsed.GetRequiredValue(hotSessions)!,
                Faults = parsed.GetValue(faults) is { Length: > 0 } kinds ? [.. kinds.Distinct()] : Enum.GetValues<FaultKind>(),
            };
            var (output, error) = (parsed.InvocationConfiguration.Output, TextWriter.Synchronized(parsed.InvocationConfiguration.Error));
            var began = Stopwatch.GetTimestamp();
            await output.WriteLineAsync(Text($"seed {options.Seed}"));
            var report = await new TortureRun(options, line => error.WriteLine(Text($"{Stopwatch.GetElapsedTime(began).TotalSeconds,6:F1} s  {line}")))
                .RunAsync(cancellationToken);
            Summarize(output, report);
            var path = parsed.GetValue(file) ?? (report.IsClean ? null : Text($"torture-{options.Seed}.jsonl"));
            if (path is not null)
            {
                await SaveAsync(report.History, path);
                await output.WriteLineAsync($"history: {Path.GetFullPath(path)}");
            }
            if (report.Check.Violations.Count > 0)
                await output.WriteLineAsync(HistoryText.Explain(report.History, report.Check));
            return report.IsClean ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    static void Summarize(TextWriter output, TortureReport report)
    {
        var operations = report.History.Operations;
        output.WriteLine(Text($"{operations.Count:N0} operations in {report.Elapsed.TotalSeconds:F1} s ({operations.Count / report.Elapsed.TotalSeconds:N0}/s)"));
        foreach (var level in operations.GroupBy(operation => operation.Level).OrderBy(level => level.Key))
        {
            var outcomes = level.GroupBy(operation => operation.Outcome).OrderBy(outcome => outcome.Key).Select(outcome => Text($"{outcome.Key} {outcome.Count():N0}"));
            output.WriteLine(Text($"  {level.Key,-9} {level.Count(),9:N0}: {string.Join(", ", outcomes)}"));
        }
        var kinds = operations.GroupBy(operation => operation.Kind).OrderBy(kind => kind.Key).Select(kind => Text($"{kind.Key} {kind.Count():N0}"));
        output.WriteLine(Text($"  {string.Join(", ", kinds)}"));
        output.WriteLine(Text($"  {report.Retried:N0} answered only after retries, {report.Unexpected} answers that the API does not know"));
        foreach (var example in report.UnexpectedExamples)
            output.WriteLine($"    {example}");
        var faults = report.Faults.GroupBy(fault => fault.Kind).OrderBy(kind => kind.Key).Select(kind => Text($"{kind.Key} {kind.Count()}"));
        output.WriteLine(Text($"{report.Faults.Count} faults: {string.Join(", ", faults)}"));
        var (silences, failed) = report.Availability;
        output.WriteLine(Text($"a service dead and nothing else broken: {silences.Count} times, {failed} requests failed after retries"));
        var lengths = silences.Select(silence => Text($"{silence.Length.TotalSeconds:F2} ({silence.Space}, {silence.After.TotalSeconds:F2} s after)"));
        output.WriteLine($"  the longest that a space waited for an answer, each time, in seconds: {string.Join(", ", lengths)}");
        foreach (var promise in Enum.GetValues<Promise>())
            output.WriteLine(Text($"  {promise,-18} {report.Check.Violations.Count(violation => violation.Promise == promise)} violations"));
        output.WriteLine(Text($"{report.Check.Violations.Count} violations, {report.Check.Undecided.Count} keys undecided {string.Join(' ', report.Check.Undecided)}"));
    }

    static async Task SaveAsync(RecordedHistory history, string path)
    {
        await using var writer = new StreamWriter(path);
        await HistoryFile.SaveAsync(history, writer);
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
