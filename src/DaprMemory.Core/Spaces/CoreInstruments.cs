using System.Diagnostics.Metrics;

namespace DaprMemory.Core.Spaces;

/// <summary>What the core counts. Names join with the meter's: <c>memory_node_commits</c>.</summary>
internal static class CoreInstruments
{
    static readonly Meter Meter = new("memory_node");

    public static readonly Counter<long> Commits = Meter.CreateCounter<long>("commits", description: "Commits appended by this node");
    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("conflicts", description: "Appends that found the commit number taken by another node");
    public static readonly Counter<long> ReadBacks = Meter.CreateCounter<long>("read_backs", description: "Appends whose outcome had to be read back");
    public static readonly Counter<long> Unknown = Meter.CreateCounter<long>("unknown_outcomes", description: "Writes whose caller was told that the outcome is unknown");
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("commit_batch_size", description: "Entries in a commit");
    public static readonly Histogram<double> AppendSeconds = Meter.CreateHistogram<double>("append_latency_seconds", "s", "One commit, from its first save to its definite outcome");
    public static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("cache_hits", description: "Value reads served from this node's memory");
    public static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>("cache_misses", description: "Value reads that had to ask a store");
    public static readonly UpDownCounter<int> OpenSpaces = Meter.CreateUpDownCounter<int>("open_spaces", description: "Spaces whose views are in memory");
    public static readonly Histogram<double> LoadSeconds = Meter.CreateHistogram<double>("space_load_seconds", "s", "Loading a space from its log");
    public static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>("checkpoints", description: "Checkpoints written");
    public static readonly Counter<long> CheckpointFailures = Meter.CreateCounter<long>("checkpoint_failures", description: "Checkpoints that could not be written or, when loading, not be used");
}
