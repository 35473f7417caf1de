using System.Collections.Concurrent;
using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>The broker itself, in memory: what waits in it ends with its process.</summary>
internal sealed class Broker(TimeProvider time, ILogger logger) : IBroker
{
    readonly ConcurrentDictionary<TopicName, ConcurrentDictionary<string, ConsumerGroup>> _topics = new();

    public void Publish(TopicName topic, BrokerMessage message)
    {
        if (_topics.TryGetValue(topic, out var groups))
        {
            foreach (var (_, group) in groups)
                group.Add(message);
        }
    }

    public IConsumer Subscribe(TopicName topic, ConsumerOptions options, ChannelWriter<Delivery> deliveries) =>
        _topics.GetOrAdd(topic, static _ => new ConcurrentDictionary<string, ConsumerGroup>())
            .GetOrAdd(options.Group, name => new ConsumerGroup($"{topic}, group {name}", time, logger))
            .Join(options, deliveries);

    ValueTask<bool> IBroker.PublishAsync(TopicName topic, BrokerMessage message)
    {
        Publish(topic, message);
        return ValueTask.FromResult(true);
    }

    ValueTask<IConsumer> IBroker.SubscribeAsync(
        TopicName topic, ConsumerOptions options, ChannelWriter<Delivery> deliveries, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Subscribe(topic, options, deliveries));
}
