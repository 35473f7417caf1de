using DaprMemory.LocalSidecar.Brokers;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>What an app wants of one topic, and where.</summary>
internal sealed class Subscription
{
    public required TopicName Topic { get; init; }

    public required ConsumerOptions Consumer { get; init; }

    /// <summary>Where events go, the first rule that admits one counts. A rule without condition is the default.</summary>
    public required IReadOnlyList<RouteRule> Rules { get; init; }

    public string? DeadLetterTopic { get; init; }

    /// <summary>One at a time and in order.</summary>
    public bool IsSync { get; init; }

    /// <summary>Whether bodies are wrapped at delivery, whatever they are.</summary>
    public bool IsRaw { get; init; }

    /// <summary>How events are put together; null: each comes alone.</summary>
    public BulkOptions? Bulk { get; init; }
}

/// <summary>Where events go that fulfil a condition.</summary>
/// <param name="Text">The condition as the app wrote it; empty in the default rule.</param>
/// <param name="Match">The condition; null: any event.</param>
/// <param name="Path">The path on the app.</param>
internal sealed record RouteRule(string Text, RouteMatch? Match, string Path);

/// <summary>When a bulk is delivered: once it is full or this much time has passed since its first event.</summary>
internal sealed record BulkOptions(int MaxMessages, TimeSpan MaxAwait);
