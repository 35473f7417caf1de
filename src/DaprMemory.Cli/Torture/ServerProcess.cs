using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DaprMemory.Cli.Torture;

/// <summary>One of our programs as a process of its own, which can be killed or held at any moment.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    const int MaxLines = 1000;

    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly ConcurrentQueue<string> _output = new();
    readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ServerProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, program + ".dll")).Prepend("exec"))
            start.ArgumentList.Add(argument);
        // Many of them share one machine, and each would take a heap a core.
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException($"{program} ended before it listened:\n{Output}"));
    }

    /// <summary>The last lines that it has printed.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Whether it runs; one that is held does.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                return !_process.HasExited;
            }
            catch (InvalidOperationException) // it never began
            {
                return false;
            }
        }
    }

    /// <summary>Starts a program and waits for the address that it says it listens on.</summary>
    public static async Task<(ServerProcess Process, Uri Address)> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProcess(program, arguments, environment);
        try
        {
            server.Begin();
            return (server, new Uri(await server._address.Task.WaitAsync(StartTimeout).ConfigureAwait(false)));
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        await using var server = new ServerProcess(program, arguments, null);
        server.Begin();
        await server._process.WaitForExitAsync().ConfigureAwait(false);
        return (server._process.ExitCode, server.Output);
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as <c>kill</c> and Kubernetes do, and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("-TERM").ConfigureAwait(false);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Holds it in the middle of whatever it does; its connections stay.</summary>
    public Task HoldAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ReleaseAsync() => SignalAsync("-CONT");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    void Begin()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
    }

    void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (_output.Count > MaxLines)
            _output.TryDequeue(out _);
        if (Address().Match(line) is { Success: true } match)
            _address.TrySetResult(match.Value);
    }

    // Services log "Now listening on: …", the sidecar prints "sidecar … on …", `up` prints its router.
    [GeneratedRegex(@"http://(127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Address();
}
