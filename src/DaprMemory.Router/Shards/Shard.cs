using DaprMemory.Router.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>A shard as requests meet it: where it is, and what is known of its health.</summary>
internal sealed class Shard
{
    const string ZoneKey = "zone";
    const string AppIdKey = "dapr-app-id";

    readonly DestinationModel _model;
    volatile ShardDrain? _drain;
    volatile LatencySnapshot _recent = LatencySnapshot.Empty;
    volatile bool _isNear = true;
    long _peersP99Ticks;
    int _failures;
    int _storeFailures;
    long _requests;
    long _ended;
    long _failovers;

    public Shard(DestinationState destination)
    {
        Destination = destination;
        _model = destination.Model;
        Address = destination.Model.Config.Address;
        Zone = destination.Model.Config.Metadata?.GetValueOrDefault(ZoneKey);
        AppId = GetAppId(destination.Model.Config);
    }

    /// <summary>What YARP knows of the shard; its health lives there.</summary>
    public DestinationState Destination { get; }

    public string Id => Destination.DestinationId;

    /// <summary>Where requests go, without a slash at the end: the shard itself or the sidecar.</summary>
    public string Address { get; }

    public string? Zone { get; }

    /// <summary>The shard's Dapr app id, if it is reached through the sidecar.</summary>
    public string? AppId { get; }

    /// <summary>False once probes or requests have failed. A shard of which nothing is known yet is available.</summary>
    public bool IsAvailable => Destination.Health is { Active: not DestinationHealth.Unhealthy, Passive: not DestinationHealth.Unhealthy };

    /// <summary>Takes the latencies of the shard's answers.</summary>
    public LatencyWindow Latencies { get; } = new();

    /// <summary>The latencies over the last window.</summary>
    public LatencySnapshot Recent { get => _recent; set => _recent = value; }

    /// <summary>The median of the other shards' p99; null if none is known.</summary>
    public TimeSpan? PeersP99
    {
        get => Volatile.Read(ref _peersP99Ticks) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null;
        set => Volatile.Write(ref _peersP99Ticks, value?.Ticks ?? 0);
    }

    /// <summary>Set while the shard stands behind its successors because it is slow.</summary>
    public ShardDrain? Drain => _drain;

    public bool IsDrained => _drain is not null;

    /// <summary>Whether no shard is notably nearer to the router. A shard of which nothing is known yet is near.</summary>
    public bool IsNear { get => _isNear; set => _isNear = value; }

    /// <summary>How many requests were sent to the shard.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>How many requests the shard has now, event streams included.</summary>
    public long InFlight => Math.Max(0, Interlocked.Read(ref _requests) - Interlocked.Read(ref _ended));

    /// <summary>How many of the shard's requests were handed on to another one.</summary>
    public long Failovers => Interlocked.Read(ref _failovers);

    public static DestinationConfig ToDestination(ShardOptions options, string? sidecar)
    {
        var metadata = new Dictionary<string, string>();
        if (!string.IsNullOrEmpty(options.Zone))
            metadata.Add(ZoneKey, options.Zone);
        if (options.IsViaSidecar)
            metadata.Add(AppIdKey, options.Id);
        return new() { Address = (options.IsViaSidecar ? sidecar : options.Address)!.TrimEnd('/'), Metadata = metadata };
    }

    public static string? GetAppId(DestinationConfig destination) => destination.Metadata?.GetValueOrDefault(AppIdKey);

    /// <summary>Whether the destination is this shard, with nothing changed but its health.</summary>
    public bool IsStill(DestinationState destination) => destination == Destination && destination.Model == _model;

    public void BeginDrain(ShardDrain drain) => _drain = drain;

    /// <summary>Puts the shard back in its place, with a clean slate.</summary>
    public void EndDrain()
    {
        Latencies.Clear();
        _recent = LatencySnapshot.Empty;
        _drain = null;
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public void CountEnd() => Interlocked.Increment(ref _ended);

    public void CountFailover() => Interlocked.Increment(ref _failovers);

    /// <summary>Takes note of how long an answer took to begin.</summary>
    /// <param name="started">When the request was sent.</param>
    /// <param name="latency">How long it took.</param>
    public void CountAnswer(long started, TimeSpan latency)
    {
        Latencies.Record(latency);
        _drain?.Note(started, latency);
    }

    /// <summary>Counts an answer that says that the shard can't reach its store.</summary>
    /// <returns>How many since the last write that succeeded; reads may come from memory and prove nothing.</returns>
    public int CountStoreFailure() => Interlocked.Increment(ref _storeFailures);

    /// <summary>Whether the shard could not reach its store, and no write since has succeeded.</summary>
    public bool HasStoreFailures => Volatile.Read(ref _storeFailures) != 0;

    /// <summary>Forgets the failures of the store.</summary>
    /// <returns>Whether there were any.</returns>
    public bool ForgetStoreFailures() => Forget(ref _storeFailures);

    /// <summary>Counts a request that got no answer.</summary>
    /// <returns>How many got none since the last that did.</returns>
    public int CountFailure() => Interlocked.Increment(ref _failures);

    /// <summary>Forgets the failures.</summary>
    /// <returns>Whether there were any.</returns>
    public bool ForgetFailures() => Forget(ref _failures);

    static bool Forget(ref int failures) => Volatile.Read(ref failures) != 0 && Interlocked.Exchange(ref failures, 0) != 0;
}
