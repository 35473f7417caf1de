using System.Diagnostics.Metrics;

namespace DaprMemory.Core.Spaces;

/// <summary>What the core counts. Names join with the meter's: <c>memory_node_commits</c>.</summary>
internal static class CoreInstruments
{
    public static readonly KeyValuePair<string, object?> InMemory = new("layer", "memory");
    public static readonly KeyValuePair<string, object?> InHotStore = new("layer", "hot");

    static readonly Meter Meter = new("memory_node");

    public static readonly Counter<long> Commits = Meter.CreateCounter<long>("commits", description: "Commits appended by this node");
    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("conflicts", description: "Appends that found the commit number taken by another node");
    public static readonly Counter<long> ReadBacks = Meter.CreateCounter<long>("read_backs", description: "Appends whose outcome had to be read back");
    public static readonly Counter<long> Unknown = Meter.CreateCounter<long>("unknown_outcomes", description: "Writes whose caller was told that the outcome is unknown");
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("commit_batch_size", description: "Entries in a commit");
    public static readonly Histogram<double> AppendSeconds = Meter.CreateHistogram<double>("append_latency_seconds", "s", "One commit, from its first save to its definite outcome");
    public static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("cache_hits", description: "Value reads that a layer served");
    public static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>("cache_misses", description: "Value reads that a layer had to pass on");
    public static readonly Counter<long> HotFillFailures = Meter.CreateCounter<long>("hot_fill_failures", description: "Values that the hot store did not take");
    public static readonly Histogram<double> WarmUpSeconds = Meter.CreateHistogram<double>("warm_up_seconds", "s", "Reading what was hot before a space was opened");
    public static readonly Counter<long> EventsApplied = Meter.CreateCounter<long>("events_applied", description: "Commits taken into views from events");
    public static readonly Counter<long> EventDuplicates = Meter.CreateCounter<long>("event_duplicates", description: "Events of commits that were there already");
    public static readonly Counter<long> GapFetches = Meter.CreateCounter<long>("gap_fetches", description: "Events whose predecessors had to be read from the log");
    public static readonly Histogram<double> EventLag = Meter.CreateHistogram<double>("event_lag_seconds", "s", "From building a commit on one node to its event's effect on another");
    public static readonly UpDownCounter<long> PublishBacklog = Meter.CreateUpDownCounter<long>("publish_backlog", description: "Commits that wait for their events to be published");
    public static readonly Counter<long> PublishFailures = Meter.CreateCounter<long>("publish_failures", description: "Attempts to publish that failed");
    public static readonly Counter<long> Republished = Meter.CreateCounter<long>("events_republished", description: "Commits published again because nobody could say that they had been");
    public static readonly Histogram<double> Staleness = Meter.CreateHistogram<double>("staleness_seconds", "s", "Age of the views that eventual reads were served from");
    public static readonly UpDownCounter<int> OpenSpaces = Meter.CreateUpDownCounter<int>("open_spaces", description: "Spaces whose views are in memory");
    public static readonly Histogram<double> LoadSeconds = Meter.CreateHistogram<double>("space_load_seconds", "s", "Loading a space from its log");
    public static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>("checkpoints", description: "Checkpoints written");
    public static readonly Histogram<double> IndexLoadSeconds = Meter.CreateHistogram<double>("index_load_seconds", "s", "Building the index of a space's memories");
    public static readonly Histogram<double> IndexSearchSeconds = Meter.CreateHistogram<double>("index_search_seconds", "s", "One search of an index, without the query's vector and the values of what was found");
    public static readonly Counter<long> IndexCheckpoints = Meter.CreateCounter<long>("index_checkpoints", description: "Checkpoints of indexes written");
    public static readonly Counter<long> UnreadableMemories = Meter.CreateCounter<long>("unreadable_memories", description: "Records that call themselves memories, and are not; they are not found");
    public static readonly Counter<long> CheckpointFailures = Meter.CreateCounter<long>("checkpoint_failures", description: "Checkpoints that could not be written or, when loading, not be used");
}
