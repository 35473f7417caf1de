using System.Threading.Channels;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Loses, doubles, delays or reorders events on their way from the broker to the app, as the faults say.</summary>
internal sealed class EventFaults(ChannelWriter<Delivery> next, TopicName topic, FaultInjector faults, TimeProvider time) : ChannelWriter<Delivery>
{
    readonly string _topic = topic.ToString();
    readonly Lock _gate = new();
    Held? _held;

    public override bool TryWrite(Delivery item)
    {
        var fault = faults.Next(FaultTarget.Delivery, _topic);
        if (fault.Delay > TimeSpan.Zero)
            _ = WriteLaterAsync(item, fault);
        else
            Write(item, fault);
        return true;
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => next.WaitToWriteAsync(cancellationToken);

    public override bool TryComplete(Exception? error = null) => next.TryComplete(error);

    async Task WriteLaterAsync(Delivery item, FaultPlan fault)
    {
        await Task.Delay(fault.Delay, time);
        Write(item, fault);
    }

    void Write(Delivery item, FaultPlan fault)
    {
        switch (fault.Effect)
        {
            case FaultEffect.Lose:
                item.Settle(isDone: true);
                return;
            case FaultEffect.Reorder when Hold(item) is { } held:
                _ = ReleaseLaterAsync(held, fault.HoldLimit);
                return;
            case FaultEffect.Duplicate:
                next.TryWrite(item);
                break;
        }
        next.TryWrite(item);
        Release(_held);
    }

    /// <summary>Keeps an event back; null: there is one already.</summary>
    Held? Hold(Delivery item)
    {
        lock (_gate)
            return _held is null ? _held = new Held(item) : null;
    }

    async Task ReleaseLaterAsync(Held held, TimeSpan limit)
    {
        await Task.Delay(limit, time);
        Release(held);
    }

    void Release(Held? held)
    {
        if (held is null)
            return;
        lock (_gate)
        {
            if (_held != held)
                return;
            _held = null;
        }
        next.TryWrite(held.Item);
    }

    sealed class Held(Delivery item)
    {
        public Delivery Item => item;
    }
}
