using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using DaprMemory.Cli.Commands;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Up;

/// <summary><c>daprmem up</c>: the whole system on this machine, until it is told to stop.</summary>
internal static class UpCommand
{
    const int DefaultPort = 8080;

    public static Command Create()
    {
        var port = SymbolRules.NewNumber("--port", "The router's port on localhost; 0 picks a free one.", 0, 65535, DefaultPort);
        var data = new Option<string>("--data") { Description = "The folder of the stores; made if it is not there.", DefaultValueFactory = _ => "data" };
        var shards = SymbolRules.NewNumber("--shards", "How many memory services to run.", 1, 64, otherwise: 3);
        var synchronous = new Option<SqliteSynchronous>("--synchronous")
        {
            Description = "full: a write is on the disk when it is acknowledged. normal: it survives this process, not a power cut.",
            DefaultValueFactory = _ => SqliteSynchronous.Full,
        };
        var command = new Command(
            "up",
            """
            Run the whole system in this process: router, memory services, embedded sidecars, SQLite.

              daprmem up                          on http://localhost:8080, data in ./data
              daprmem up --port 0 --data /tmp/m   on a free port, which is printed
            """) { port, data, shards, synchronous };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new LocalClusterOptions
            {
                Port = (int)parsed.GetRequiredValue(port)!,
                DataPath = parsed.GetValue(data)!,
                Shards = (int)parsed.GetRequiredValue(shards)!,
                Synchronous = parsed.GetValue(synchronous),
            },
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource();
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onCancel = cancellationToken.UnsafeRegister(_ => stop.TrySetResult(), null);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await using var cluster = await LocalCluster.StartAsync(options, cancellationToken);
            Greet(cluster, options, Stopwatch.GetElapsedTime(began));
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

    static void Greet(LocalCluster cluster, LocalClusterOptions options, TimeSpan elapsed)
    {
        var address = $"http://localhost:{cluster.RouterAddress.Port}";
        Console.WriteLine(
            $$"""
            DaprMemory is up on {{address}} ({{elapsed.TotalSeconds:F1}} s): {{options.Shards}} shards, data in {{Path.GetFullPath(options.DataPath)}}

            Try:
              curl -i -X PUT {{address}}/v1/default/notes/state/plan -H 'Content-Type: application/json' -d '{"step":1}'
              curl -i {{address}}/v1/default/notes/state/plan
              curl -s {{address}}/v1/default/notes/commits

            Shards and their health: {{address}}/cluster    Stop: Ctrl+C
            """);
    }
}
