using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace DaprMemory.Cli.Import;

/// <summary>Shows how an import goes on: a bar in a terminal, else a line now and then.</summary>
internal static class ImportProgress
{
    static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public static async Task ShowLinesAsync(TextWriter error, Importer importer, Stream file, Func<Task> run)
    {
        var began = Stopwatch.GetTimestamp();
        var running = run();
        while (await Task.WhenAny(running, Task.Delay(LineInterval)) != running)
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Share(file):P0}: {Rate(importer, began)}"));
        await running;
    }

    public static Task ShowBarAsync(TextWriter error, Importer importer, Stream file, Func<Task> run)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        // Through the console that draws the bar, so that neither runs through the other.
        importer.Report = line => console.WriteLine(line);
        return console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("import", maxValue: 1);
                var began = Stopwatch.GetTimestamp();
                var running = run();
                do
                {
                    bar.Description = Rate(importer, began);
                    bar.Value = Share(file);
                }
                while (await Task.WhenAny(running, Task.Delay(BarInterval)) != running);
                bar.Description = Rate(importer, began);
                bar.Value = Share(file);
                await running;
            });
    }

    static double Share(Stream file) => file.Length == 0 ? 1 : (double)file.Position / file.Length;

    static string Rate(Importer importer, long began) => string.Create(
        CultureInfo.InvariantCulture, $"{importer.Done:N0} turns, {importer.Done / Stopwatch.GetElapsedTime(began).TotalSeconds:N0}/s");
}
