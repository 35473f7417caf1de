using System.CommandLine;

namespace DaprMemory.Cli.Bench;

/// <summary><c>daprmem bench</c>.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure this machine.");
}
