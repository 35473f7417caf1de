namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>A member of a consumer group. Leaving it returns what is unsettled to the group.</summary>
internal interface IConsumer : IDisposable
{
    /// <summary>See <see cref="Delivery.Settle"/>.</summary>
    void Settle(long id, bool isDone);
}
