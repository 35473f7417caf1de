namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>A message that a member of a group has been given and must settle.</summary>
/// <param name="Consumer">The member.</param>
/// <param name="Id">The message's number in its group: older messages have lower ones.</param>
/// <param name="Message">The message.</param>
internal readonly record struct Delivery(IConsumer Consumer, long Id, BrokerMessage Message)
{
    /// <summary>Ends the delivery: the message is done with, or to be given again later. Only the first call counts.</summary>
    public void Settle(bool isDone) => Consumer.Settle(Id, isDone);
}
