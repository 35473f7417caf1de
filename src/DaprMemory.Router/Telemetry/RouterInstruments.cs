using System.Diagnostics;
using System.Diagnostics.Metrics;
using DaprMemory.Router.Forwarding;
using DaprMemory.Router.Shards;

namespace DaprMemory.Router.Telemetry;

/// <summary>The router's metrics.</summary>
internal static class RouterInstruments
{
    const string MeterName = "memory_router";
    const string ShardTag = "shard";
    const string OutcomeTag = "outcome";
    const string ReasonTag = "reason";
    const string NoShard = "none";

    static readonly Meter Meter = new(MeterName);

    static readonly Counter<long> Requests =
        Meter.CreateCounter<long>("requests", "{attempt}", "Attempts at having a request answered, by shard and outcome.");

    static readonly Counter<long> Failovers =
        Meter.CreateCounter<long>("failovers", "{request}", "Requests handed on, by the shard that could not answer and why.");

    static readonly Counter<long> EventualElsewhere = Meter.CreateCounter<long>(
        "eventual_elsewhere", "{request}", "Reads at level eventual that a nearer shard than the space's owner got, by that shard.");

    static readonly Histogram<double> Latency =
        Meter.CreateHistogram<double>("request_latency_seconds", "s", "From a request's arrival to its answer's end; no event streams.");

    public static void Attempted(string shard, AttemptOutcome outcome) =>
        Requests.Add(1, new(ShardTag, shard), new(OutcomeTag, Say(outcome)));

    public static void FailedOver(string shard, AttemptOutcome reason) =>
        Failovers.Add(1, new(ShardTag, shard), new(ReasonTag, Say(reason)));

    public static void SentElsewhere(string shard) => EventualElsewhere.Add(1, new KeyValuePair<string, object?>(ShardTag, shard));

    public static void NobodyAnswered() => Requests.Add(1, new(ShardTag, NoShard), new(OutcomeTag, "unavailable"));

    public static void Answered(string shard, TimeSpan elapsed) =>
        Latency.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(ShardTag, shard));

    /// <summary>Shows the shards' state as it is whenever somebody looks, until the application ends.</summary>
    public static void Observe(IMeterFactory meters, ShardDirectory directory)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "drained",
            () => Each(directory, (table, number) => table.Shards[number].IsDrained ? 1 : 0),
            null,
            "1 while a slow shard stands behind its successors.");
        meter.CreateObservableGauge(
            "in_flight",
            () => Each(directory, (table, number) => table.Shards[number].InFlight),
            "{request}",
            "Requests that a shard has now.");
        meter.CreateObservableGauge(
            "space_share",
            () => Each(directory, (table, number) => table.Shares[number]),
            null,
            "A shard's exact share of all spaces there can be, 0 to 1.");
    }

    static IEnumerable<Measurement<T>> Each<T>(ShardDirectory directory, Func<ShardTable, int, T> measure)
        where T : struct
    {
        var table = directory.Current;
        return table.Shards.Select((shard, number) =>
            new Measurement<T>(measure(table, number), new KeyValuePair<string, object?>(ShardTag, shard.Id)));
    }

    static string Say(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Answered => "answered",
        AttemptOutcome.Refused => "refused",
        AttemptOutcome.Unavailable => "unavailable",
        AttemptOutcome.Unanswered => "unanswered",
        AttemptOutcome.Cut => "cut",
        AttemptOutcome.Abandoned => "abandoned",
        _ => throw new UnreachableException(),
    };
}
