using System.Runtime.InteropServices;
using DaprMemory.LocalSidecar;
using DaprMemory.LocalSidecar.Components;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}
if (CommandLine.Parse(args, out var error) is not { } options)
{
    Console.Error.WriteLine(error);
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

// Standard output is for the addresses alone.
using var logging = LoggerFactory.Create(builder => builder
    .SetMinimumLevel(LogLevel.Warning)
    .AddSimpleConsole(console => console.SingleLine = true)
    .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

var stop = new TaskCompletionSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, RequestStop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, RequestStop);
try
{
    await using var host = await SidecarHost.StartAsync(options with { LoggerFactory = logging });
    foreach (var app in options.Apps)
        Console.WriteLine($"sidecar {app.AppId} on {host.AddressOf(app.AppId).ToString().TrimEnd('/')}");
    await Task.WhenAny(stop.Task, host.Stopped);
    return 0;
}
catch (Exception e) when (e is ComponentException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

void RequestStop(PosixSignalContext signal)
{
    signal.Cancel = true; // the process ends when the sidecars have
    stop.TrySetResult();
}
