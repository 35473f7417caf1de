using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Bench;

/// <summary>What the bench measures, and for how long.</summary>
internal sealed record BenchOptions
{
    public required TimeSpan Measured { get; init; }

    public required int Clients { get; init; }

    public required int Spaces { get; init; }

    public required SqliteSynchronous Synchronous { get; init; }

    /// <summary>Also fill, close and open a space of a million records.</summary>
    public bool Million { get; init; }

    /// <summary>Also load sessions and memories.</summary>
    public bool Memories { get; init; }
}
