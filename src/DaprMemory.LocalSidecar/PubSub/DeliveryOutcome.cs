namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>What an app said of an event.</summary>
internal enum DeliveryOutcome
{
    Success,
    Retry,
    Drop,
}
