using System.Diagnostics;

namespace DaprMemory.Deployment.Tests.Support;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    // Of a whole installation of tools, on a slow network.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What became of a run.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        /// <summary>Both outputs, for a failed test's message.</summary>
        public string All => Output + Errors;
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>Its output.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await TryAsync(program, arguments);
        result.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{result.All}");
        return result.Output;
    }

    public static async Task<Result> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Helm writes nowhere else.
        foreach (var (name, folder) in new[] { ("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data") })
            start.Environment[name] = Path.Combine(Path.GetTempPath(), "daprmemory-helm", folder);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }
    }
}
