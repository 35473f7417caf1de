using DaprMemory.LocalSidecar.Brokers;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>What a published event's envelope is made of besides its body.</summary>
/// <param name="Topic">Where it goes.</param>
/// <param name="Metadata">What was said with it.</param>
/// <param name="Now">The time.</param>
/// <param name="TraceParent">The trace of the request, as W3C text.</param>
/// <param name="TraceState">The same of its vendors' part; may be empty.</param>
internal sealed record EventContext(TopicName Topic, PublishMetadata Metadata, DateTimeOffset Now, string TraceParent, string TraceState)
{
    /// <summary>When a time to live that was asked for ends.</summary>
    public DateTimeOffset? ExpiresAt => Now + Metadata.Ttl;
}
