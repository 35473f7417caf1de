namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>A topic of a pub/sub component.</summary>
internal readonly record struct TopicName(string PubSub, string Topic)
{
    public override string ToString() => $"{PubSub}/{Topic}";
}
