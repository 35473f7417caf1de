using System.Diagnostics.Metrics;

namespace DaprMemory.Core.Sessions;

/// <summary>What sessions count, in the meter of the memory node.</summary>
internal static class SessionInstruments
{
    static readonly Meter Meter = new("memory_node");

    public static readonly Counter<long> Turns = Meter.CreateCounter<long>("session_turns", description: "Turns appended by this node");
    public static readonly Counter<long> Blocks = Meter.CreateCounter<long>("session_blocks", description: "Blocks of turns appended by this node");
    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("session_conflicts", description: "Appends that found the block's number taken by another node");
    public static readonly Counter<long> ReadBacks = Meter.CreateCounter<long>("session_read_backs", description: "Appends whose outcome had to be read back");
    public static readonly Counter<long> Refreshes = Meter.CreateCounter<long>("session_refreshes", description: "Sessions whose blocks were given new lives");
    public static readonly Counter<long> Summaries = Meter.CreateCounter<long>("session_summaries", description: "Summaries made or extended behind appends");
    public static readonly Counter<long> RememberedTurns = Meter.CreateCounter<long>("remembered_turns", description: "Turns that were remembered behind appends, as tenants' policies say");
    public static readonly UpDownCounter<long> RememberBacklog = Meter.CreateUpDownCounter<long>("remember_backlog_turns", description: "Turns appended by this node that are to be remembered, and are not yet");
    public static readonly Counter<long> RememberFailures = Meter.CreateCounter<long>("remember_failures", description: "Attempts to remember turns behind appends that failed");
    public static readonly Counter<long> Facts = Meter.CreateCounter<long>("session_facts", description: "Memories made of facts that a model drew from turns");
    public static readonly Counter<long> ExtractFailures = Meter.CreateCounter<long>("session_extract_failures", description: "Attempts to draw facts from turns that failed");
    public static readonly Counter<long> UpkeepFailures = Meter.CreateCounter<long>("session_upkeep_failures", description: "Hints, summaries and new lives of blocks that could not be written");
    public static readonly UpDownCounter<int> Open = Meter.CreateUpDownCounter<int>("open_sessions", description: "Sessions whose ends are in memory");
}
