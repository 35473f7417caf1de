namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>How a member joins a consumer group.</summary>
/// <param name="Group">The group's name: members of one group compete, each group gets every message.</param>
/// <param name="Type">How the members share.</param>
/// <param name="IsDurable">Whether messages are kept while the group has no member.</param>
/// <param name="RedeliveryDelay">When a message that was not handled comes again.</param>
/// <param name="Window">How many unsettled messages the member may have.</param>
internal sealed record ConsumerOptions(string Group, SubscribeType Type, bool IsDurable, TimeSpan RedeliveryDelay, int Window);
