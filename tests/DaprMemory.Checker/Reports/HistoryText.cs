using System.Globalization;
using System.Text;
using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Reports;

/// <summary>Histories and findings as people read them.</summary>
public static class HistoryText
{
    const int MostTurns = 8;
    const double NanosecondsPerMillisecond = 1e6;

    /// <summary>
    /// One operation: who, what, the answer, and when, such as <c>client 3  strong   read a/k → "v17" @12.0 v12  [10.2 ms .. 11.9 ms]</c>.
    /// </summary>
    public static string Render(Operation operation)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"client {operation.Client,-3} {Name(operation.Level),-8} {Verb(operation),-50} → {Told(operation),-28}");
        text.Append(CultureInfo.InvariantCulture, $" [{Milliseconds(operation.Begin)} .. {Milliseconds(operation.End)}]");
        return text.ToString();
    }

    /// <summary>A history: its operations in the order of beginning, the final reads, and the log if it was read.</summary>
    public static string Render(RecordedHistory history)
    {
        var text = new StringBuilder();
        foreach (var operation in history.Operations.OrderBy(operation => operation.Begin))
            text.AppendLine(Render(operation));
        if (history.Final.Count > 0)
            text.AppendLine("in the end:");
        foreach (var operation in history.Final)
            text.AppendLine(Render(operation));
        if (history.Log is not { } log)
            return text.ToString();
        text.AppendLine(log.Count > 0 ? "in the log:" : "in the log: nothing of these");
        foreach (var entry in log.OrderBy(entry => entry.Space, StringComparer.Ordinal).ThenBy(entry => entry.At))
        {
            var value = Quoted(entry.Value) ?? "deleted";
            text.AppendLine(CultureInfo.InvariantCulture, $"{entry.Space} {entry.At}  {entry.Key} = {value}  {entry.RequestId}");
        }
        return text.ToString();
    }

    /// <summary>
    /// A failed run: the seed, how often each promise was broken, and for each one violation with a minimal history that shows it.
    /// </summary>
    public static string Explain(RecordedHistory history, CheckReport report, CheckOptions? options = null)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"seed {history.Seed}: {report.Violations.Count} violations in {history.Operations.Count} operations");
        text.AppendLine(CultureInfo.InvariantCulture, $", {report.Undecided.Count} keys undecided");
        foreach (var violations in report.Violations.GroupBy(violation => violation.Promise))
        {
            // The shortest proof tells most.
            var violation = violations.MinBy(violation => violation.Operations.Count)!;
            var minimal = new Minimizer(options).Minimize(history, violation);
            text.AppendLine(CultureInfo.InvariantCulture, $"\n{violation.Promise}, {violations.Count()} times. {minimal.Violation.Message}:");
            text.Append(Render(minimal.History));
        }
        return text.ToString();
    }

    static string Verb(Operation operation)
    {
        var where = operation.IsMultiRead ? operation.Space : $"{operation.Space}/{operation.Key}";
        var condition = operation.MustBeAbsent ? " if absent" : operation.Expected is { } expected ? $" if {expected}" : "";
        return operation.Kind switch
        {
            OperationKind.Put => $"put {where} = {Quoted(operation.Value)}{condition}",
            OperationKind.Delete => $"delete {where}{condition}",
            OperationKind.MultiRead => $"read all {where}",
            OperationKind.Search => $"search {where}",
            OperationKind.Append => $"append to {where}: {string.Join(", ", operation.Turns!.Select(turn => Quoted(turn.Text)))}",
            OperationKind.ReadTurns => $"read {operation.Limit} turns of {where}{(operation.Before > 0 ? $" before {operation.Before}" : "")}",
            OperationKind.DeleteSession => $"end {where}",
            _ => $"read {where}",
        };
    }

    static string Told(Operation operation)
    {
        var told = operation.Outcome switch
        {
            Outcome.Unknown => "unknown",
            Outcome.NotFound => "not found",
            Outcome.PreconditionFailed => "precondition failed",
            Outcome.Failed => "failed",
            _ when operation.IsMultiRead => string.Join(", ", operation.Shown.Select(Shown)),
            _ when operation.Kind == OperationKind.Append => $"turn {operation.Turns![0].Number}",
            _ when operation.Kind == OperationKind.ReadTurns => $"{Shown(operation.Turns!)} of {operation.Newest}",
            _ => operation.IsWrite ? "ok" : Quoted(operation.Value) ?? "ok",
        };
        return $"{told}{(operation.ETag is { } at ? $" @{at}" : "")}{(operation.Version > 0 ? $" v{operation.Version}" : "")}";
    }

    /// <summary>The first and the last turns of a page: the others matter seldom.</summary>
    static string Shown(IReadOnlyList<Turn> turns)
    {
        var shown = turns.Select(turn => string.Create(CultureInfo.InvariantCulture, $"{turn.Number} {Quoted(turn.Text)}")).ToList();
        return string.Join(", ", shown.Count <= MostTurns ? shown : [.. shown.Take(MostTurns / 2), "…", .. shown.TakeLast(MostTurns / 2)]);
    }

    static string Shown(ReadItem item) => item.ETag is null ? $"{item.Key} absent" : $"{item.Key} {Quoted(item.Value)} @{item.ETag}";

    static string? Quoted(string? value) => value is null ? null : $"\"{value}\"";

    static string Name(Level level) => level switch
    {
        Level.Eventual => "eventual",
        Level.Session => "session",
        Level.Causal => "causal",
        _ => "strong",
    };

    static string Milliseconds(long time) =>
        time == Operation.Never ? "never" : string.Create(CultureInfo.InvariantCulture, $"{time / NanosecondsPerMillisecond:F3} ms");
}
