using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Retrieval;
using DaprMemory.LocalSidecar;
using Spectre.Console;

namespace DaprMemory.Cli.Bench;

/// <summary><c>daprmem bench</c>: what this machine gives, each load beside the ceiling of the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var seconds = new Option<double>("--seconds") { Description = "How long each load is measured.", DefaultValueFactory = _ => 4 };
        var clients = new Option<int>("--clients") { Description = "How many clients load it at once.", DefaultValueFactory = _ => 64 };
        var spaces = new Option<int>("--spaces") { Description = "Over how many spaces reads and writes are spread.", DefaultValueFactory = _ => 100 };
        var synchronous = new Option<SqliteSynchronous>("--synchronous") { Description = "full: on the disk when acknowledged. normal: not yet.", DefaultValueFactory = _ => SqliteSynchronous.Full };
        var million = new Option<bool>("--million") { Description = "Also fill and open a space of 1,000,000 records." };
        var memories = new Option<bool>("--memories") { Description = "Also load sessions and memories: searches over thousands, an index of 100,000." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command(
            "bench",
            """
            Measure this machine: the whole system on a fresh data folder, in this process, with the load generator beside it.

              daprmem bench                       about a minute
              daprmem bench --seconds 10 --json   longer, for a program to read
              daprmem bench retrieval --data DIR  how well memories are found
            """) { seconds, clients, spaces, synchronous, million, memories, json };
        command.Subcommands.Add(RetrievalCommand.Create(connection));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new BenchOptions
            {
                Measured = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0.1, 600)),
                Clients = Math.Clamp(parsed.GetValue(clients), 1, 1024),
                Spaces = Math.Clamp(parsed.GetValue(spaces), 1, 10_000),
                Synchronous = parsed.GetValue(synchronous),
                Million = parsed.GetValue(million),
                Memories = parsed.GetValue(memories),
            };
            var report = await new Benchmark(options, step => Console.Error.WriteLine($"… {step}")).RunAsync(cancellationToken);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(report, BenchJsonContext.Default.BenchReport));
            else
                Print(report);
            return report.Rows.Any(row => row.Errors > 0) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    static void Print(BenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("load");
        foreach (var column in new[] { "clients", "spaces", "per second", "p50 ms", "p95 ms", "p99 ms", "errors", "of ceiling" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in report.Rows)
        {
            table.AddRow(
                row.Name, Text($"{row.Clients}"), Text($"{row.Spaces}"), Text($"{row.PerSecond:N0}"), Text($"{row.P50Ms:F2}"), Text($"{row.P95Ms:F2}"),
                Text($"{row.P99Ms:F2}"), Text($"{row.Errors}"), Text($"{row.RatioToCeiling:P0}"));
        }
        // A file or a pipe has no width; the table needs one that no word breaks in.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 140;
        AnsiConsole.WriteLine($"{report.Hardware}; {report.Store}");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(Text($"start to first answer: {report.StartToFirstAnswerSeconds:F2} s"));
        AnsiConsole.WriteLine(Text($"hot reads served from memory: {report.MemoryHitRatio:P1}; strong reads by session reads: {report.StrongToSession:F2}"));
        AnsiConsole.WriteLine(Text(
            $"hot reads without tokens {report.Tokens.WithoutPerSecond:N0}/s, with tokens {report.Tokens.WithPerSecond:N0}/s: {report.Tokens.Ratio:P1}"));
        AnsiConsole.WriteLine(Text(
            $"noisy tenant: a quiet one's p99 is {report.Noise.AloneP99Ms:F1} ms alone, {report.Noise.BesideP99Ms:F1} ms beside {report.Noise.Clients} flooding clients with quotas (x{report.Noise.Ratio:F1}), {report.Noise.WithoutQuotasP99Ms:F1} ms without"));
        foreach (var restart in report.Restarts)
        {
            AnsiConsole.WriteLine(Text(
                $"first reads after a restart, {restart.Name}: p50 {restart.P50Ms:F1} ms, p99 {restart.P99Ms:F1} ms, in memory {restart.MemoryHitRatio:P0}, else in the hot store {restart.HotHitRatio:P0}"));
        }
        foreach (var lag in report.EventLags)
        {
            AnsiConsole.WriteLine(Text(
                $"event lag on the other shards, {lag.Clients} clients writing {lag.WritesPerSecond:N0}/s: p50 {lag.P50Ms:F1} ms, p99 {lag.P99Ms:F1} ms ({lag.Events:N0} events)"));
        }
        if (report.Million is { } million)
            AnsiConsole.WriteLine(Text($"a space of 1,000,000 records opens in {million.OpenSeconds:F2} s and takes {million.MemoryMiB:F0} MiB"));
        if (report.Memories is { } loads)
        {
            AnsiConsole.WriteLine(Text(
                $"append to a session, p99: {loads.AppendAt10P99Ms:F2} ms at 10 turns, {loads.AppendAt10000P99Ms:F2} ms at 10,000: {loads.AppendRatio:F2} times"));
            AnsiConsole.WriteLine(Text($"the first search over 100,000 memories, which opens their index: {loads.IndexOpenSeconds:F2} s"));
        }
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
