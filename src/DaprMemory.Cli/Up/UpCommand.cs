using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using DaprMemory.Cli.Commands;
using DaprMemory.Client;
using DaprMemory.Hosting.Identity;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Up;

/// <summary><c>daprmem up</c>: the whole system on this machine, until it is told to stop.</summary>
internal static class UpCommand
{
    const int DefaultPort = 8080;

    // Long enough for a day's work; the next `up` prints another.
    static readonly TimeSpan TokenLife = TimeSpan.FromHours(24);

    public static Command Create(ConnectionOptions connection)
    {
        var port = SymbolRules.NewNumber("--port", "The router's port on localhost; 0 picks a free one.", 0, 65535, DefaultPort);
        var shards = SymbolRules.NewNumber("--shards", "How many memory services to run.", 1, 64, otherwise: 3);
        var synchronous = new Option<SqliteSynchronous>("--synchronous")
        {
            Description = "full: a write is on the disk when it is acknowledged. normal: it survives this process, not a power cut.",
            DefaultValueFactory = _ => SqliteSynchronous.Full,
        };
        var insecure = new Option<bool>("--insecure") { Description = "Ask nobody who it is: whoever reaches the port may do everything." };
        var command = new Command(
            "up",
            """
            Run the whole system in this process: router, memory services, embedded sidecars, SQLite.

              daprmem up                          on http://localhost:8080, data in ./data
              daprmem up --port 0 --data /tmp/m   on a free port, which is printed

            Callers need a token; the one that is printed is good for a day, `daprmem token` prints others, and the other commands find theirs by
            themselves in the data folder (--data).
            """) { port, shards, synchronous, insecure };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new LocalClusterOptions
            {
                Port = (int)parsed.GetRequiredValue(port)!,
                DataPath = connection.DataPath(parsed),
                Shards = (int)parsed.GetRequiredValue(shards)!,
                Synchronous = parsed.GetValue(synchronous),
                Insecure = parsed.GetValue(insecure),
            },
            connection.Agent(parsed),
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(LocalClusterOptions options, string agent, CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource();
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onCancel = cancellationToken.UnsafeRegister(_ => stop.TrySetResult(), null);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await using var cluster = await LocalCluster.StartAsync(options, cancellationToken);
            Greet(cluster, options, agent, Stopwatch.GetElapsedTime(began));
            await stop.Task;
            Console.WriteLine("Stopping…");
            return ExitCodes.Ok;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }

        void Stop(PosixSignalContext signal)
        {
            // The process ends when the cluster has.
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    static void Greet(LocalCluster cluster, LocalClusterOptions options, string agent, TimeSpan elapsed)
    {
        var address = $"http://localhost:{cluster.RouterAddress.Port}";
        var space = $"{address}/v1/{MemoryClientOptions.DefaultTenant}/notes";
        var token = cluster.Issuer?.Issue(MemoryClientOptions.DefaultTenant, agent, [ScopeNames.Read, ScopeNames.Write], TokenLife);
        var authorization = token is null ? "" : " -H \"Authorization: Bearer $TOKEN\"";
        Console.WriteLine(
            $$"""
            DaprMemory is up on {{address}} ({{elapsed.TotalSeconds:F1}} s): {{options.Shards}} shards, data in {{Path.GetFullPath(options.DataPath)}}

            Try:
            """);
        if (token is not null)
            Console.WriteLine($"  TOKEN={token}");
        Console.WriteLine(
            $$"""
              curl -i -X PUT {{space}}/state/plan{{authorization}} -H 'Content-Type: application/json' -d '{"step":1}'
              curl -i {{space}}/state/plan{{authorization}}
              curl -s {{space}}/commits{{authorization}}

            {{(token is null ? "INSECURE: whoever reaches the port may do everything." : $"The token is {agent}'s, for tenant {MemoryClientOptions.DefaultTenant} and {TokenLife.TotalHours:F0} hours; `daprmem token` prints others.")}}
            Shards and their health: {{address}}/cluster    Stop: Ctrl+C
            """);
    }
}
