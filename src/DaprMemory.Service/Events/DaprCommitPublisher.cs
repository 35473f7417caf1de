using Dapr.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Events;

/// <summary>Publishes commits to a Dapr pub/sub component.</summary>
/// <param name="client">The Dapr client.</param>
/// <param name="pubsub">The component's name.</param>
/// <param name="shard">Who publishes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears when publishing begins to fail, and when it works again.</param>
internal sealed partial class DaprCommitPublisher(
    DaprClient client,
    string pubsub,
    string shard,
    TimeProvider time,
    ILogger<DaprCommitPublisher> logger) : ICommitPublisher
{
    // Pulsar's message key: the events of a space stay on one partition of the topic.
    const string PartitionKey = "partitionKey";

    bool _isFailing;

    /// <inheritdoc />
    public async Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            await client
                .PublishByteEventAsync(
                    pubsub,
                    EventEndpoints.Topic,
                    CommitEvent.Write(space, number, text, shard, time.GetUtcNow()),
                    CommitEvent.ContentType,
                    new Dictionary<string, string> { [PartitionKey] = space.ToString() },
                    cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Of any kind: the commit stands whatever becomes of its event.
            if (!Interlocked.Exchange(ref _isFailing, true))
                LogFailing(e, pubsub, space, number);
            return false;
        }
        if (Volatile.Read(ref _isFailing) && Interlocked.Exchange(ref _isFailing, false))
            LogRecovered(pubsub);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Commits can't be published to {PubSub}, {Space}/{Number} the first of them", EventName = "PublishFailing")]
    partial void LogFailing(Exception exception, string pubSub, SpaceId space, long number);

    [LoggerMessage(2, LogLevel.Information, "Commits can be published to {PubSub} again", EventName = "PublishRecovered")]
    partial void LogRecovered(string pubSub);
}
