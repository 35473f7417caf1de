namespace Dapr.AspNetCore;

/// <summary>Endpoint metadata: which topic the endpoint takes events of.</summary>
internal sealed record TopicSubscription(string PubsubName, string Name, IReadOnlyDictionary<string, string> Metadata);
