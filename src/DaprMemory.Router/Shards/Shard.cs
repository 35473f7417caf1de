using DaprMemory.Router.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>A shard as requests meet it: where it is, and what is known of its health.</summary>
internal sealed class Shard
{
    const string ZoneKey = "zone";
    const string AppIdKey = "dapr-app-id";

    int _failures;

    public Shard(DestinationState destination)
    {
        Destination = destination;
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

    /// <summary>Counts a request that got no answer.</summary>
    /// <returns>How many got none since the last that did.</returns>
    public int CountFailure() => Interlocked.Increment(ref _failures);

    /// <summary>Forgets the failures.</summary>
    /// <returns>Whether there were any.</returns>
    public bool ForgetFailures() => Volatile.Read(ref _failures) != 0 && Interlocked.Exchange(ref _failures, 0) != 0;
}
