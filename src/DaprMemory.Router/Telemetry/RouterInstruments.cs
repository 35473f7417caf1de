using System.Diagnostics;
using System.Diagnostics.Metrics;
using DaprMemory.Router.Forwarding;

namespace DaprMemory.Router.Telemetry;

/// <summary>The router's metrics.</summary>
internal static class RouterInstruments
{
    const string ShardTag = "shard";
    const string OutcomeTag = "outcome";
    const string NoShard = "none";

    static readonly Meter Meter = new("memory_router");

    static readonly Counter<long> Requests =
        Meter.CreateCounter<long>("requests", "{attempt}", "Attempts at having a request answered, by shard and outcome.");

    static readonly Counter<long> Failovers =
        Meter.CreateCounter<long>("failovers", "{request}", "Requests handed on, by the shard that did not answer.");

    static readonly Histogram<double> Latency =
        Meter.CreateHistogram<double>("request_latency_seconds", "s", "From a request's arrival to its answer's end; no event streams.");

    public static void Attempted(string shard, AttemptOutcome outcome) =>
        Requests.Add(1, new(ShardTag, shard), new(OutcomeTag, Say(outcome)));

    public static void FailedOver(string shard) => Failovers.Add(1, new KeyValuePair<string, object?>(ShardTag, shard));

    public static void NobodyAnswered() => Requests.Add(1, new(ShardTag, NoShard), new(OutcomeTag, "unavailable"));

    public static void Answered(string shard, TimeSpan elapsed) =>
        Latency.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(ShardTag, shard));

    static string Say(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Answered => "answered",
        AttemptOutcome.Refused => "refused",
        AttemptOutcome.Unanswered => "unanswered",
        AttemptOutcome.Cut => "cut",
        AttemptOutcome.Abandoned => "abandoned",
        _ => throw new UnreachableException(),
    };
}
