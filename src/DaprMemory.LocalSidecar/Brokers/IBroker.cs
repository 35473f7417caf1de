using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>Takes messages and gives each to every consumer group of its topic, at least once.</summary>
internal interface IBroker
{
    /// <summary>Publishes a message. False: the broker cannot be reached; the message may have got there all the same.</summary>
    ValueTask<bool> PublishAsync(TopicName topic, BrokerMessage message);

    /// <summary>Joins a group; it starts with the messages that are published from now on, or with those that were kept for it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="options">The group and how to join it.</param>
    /// <param name="deliveries">Gets the messages. Completed when the broker is lost: join again.</param>
    /// <param name="cancellationToken">Ends the wait for a broker.</param>
    ValueTask<IConsumer> SubscribeAsync(
        TopicName topic, ConsumerOptions options, ChannelWriter<Delivery> deliveries, CancellationToken cancellationToken);
}
