using System.Net.Http.Headers;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Events;

namespace DaprMemory.Service.Tests.Support;

/// <summary>Brings every published commit to all services, as Dapr does: by a POST of its CloudEvent.</summary>
internal sealed class EventBus : ICommitPublisher
{
    readonly List<TestService> _subscribers = [];

    /// <summary>Chooses whether the broker takes an event; it does by default.</summary>
    public Func<SpaceId, long, bool> Accepts { get; set; } = (_, _) => true;

    /// <summary>Chooses whether an event that was taken is delivered to a subscriber; it is by default.</summary>
    public Func<TestService, long, bool> Delivers { get; set; } = (_, _) => true;

    public void Subscribe(TestService service)
    {
        lock (_subscribers)
            _subscribers.Add(service);
    }

    public async Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (!Accepts(space, number))
            return false;
        var body = CommitEvent.Write(space, number, text, "test", DateTimeOffset.UtcNow);
        TestService[] subscribers;
        lock (_subscribers)
            subscribers = [.. _subscribers];
        foreach (var subscriber in subscribers.Where(s => Delivers(s, number)))
        {
            using var content = new ReadOnlyMemoryContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(CommitEvent.ContentType);
            try
            {
                await subscriber.Client.PostAsync("/events/commits", content, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or ObjectDisposedException)
            {
                // It has stopped. A broker does not mind.
            }
        }
        return true;
    }
}
