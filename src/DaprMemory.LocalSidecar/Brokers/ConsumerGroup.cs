using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>
/// The messages that one consumer group has yet to settle: those that wait, oldest first, those that come again after a delay, and those
/// that its members have.
/// </summary>
internal sealed partial class ConsumerGroup(string name, TimeProvider time, ILogger logger)
{
    /// <summary>What may wait in a group; beyond it the oldest messages go.</summary>
    public const long MaxWaitingBytes = 64 * 1024 * 1024;

    readonly Lock _gate = new();
    readonly PriorityQueue<Entry, long> _waiting = new();
    readonly Queue<(DateTimeOffset Due, Entry Entry)> _delayed = new();
    readonly List<Member> _members = [];
    readonly Dictionary<string, (Member Member, int Count)> _keys = [];
    ConsumerOptions? _options;
    ITimer? _timer;
    long _lastId;
    long _waitingBytes;
    bool _isOverflowing;

    /// <summary>Adds a member. The settings of the group are those of its first present member.</summary>
    public IConsumer Join(ConsumerOptions options, ChannelWriter<Delivery> deliveries)
    {
        var member = new Member(this, options.Window, deliveries);
        lock (_gate)
        {
            if (_members.Count == 0)
                _options = options;
            _members.Add(member);
            Dispatch();
        }
        return member;
    }

    public void Add(BrokerMessage message)
    {
        lock (_gate)
        {
            if (_options is null || (_members.Count == 0 && !_options.IsDurable))
                return;
            Wait(new Entry(++_lastId, message));
            Dispatch();
        }
    }

    void Settle(Member member, long id, bool isDone)
    {
        lock (_gate)
        {
            if (!member.Unsettled.Remove(id, out var message))
                return;
            ReleaseKey(message);
            if (!isDone)
                Delay(new Entry(id, message));
            Dispatch();
        }
    }

    void Leave(Member member)
    {
        lock (_gate)
        {
            if (!_members.Remove(member))
                return;
            foreach (var (id, message) in member.Unsettled)
            {
                ReleaseKey(message);
                Wait(new Entry(id, message));
            }
            member.Unsettled.Clear();
            if (_members.Count == 0 && !_options!.IsDurable)
            {
                _waiting.Clear();
                _delayed.Clear();
                _waitingBytes = 0;
            }
            Dispatch();
        }
    }

    void Wait(Entry entry)
    {
        _waiting.Enqueue(entry, entry.Id);
        _waitingBytes += entry.Message.Bytes;
        while (_waitingBytes > MaxWaitingBytes)
        {
            Take();
            if (!_isOverflowing)
                LogOverflow(logger, name, MaxWaitingBytes);
            _isOverflowing = true;
        }
    }

    Entry Take()
    {
        var entry = _waiting.Dequeue();
        _waitingBytes -= entry.Message.Bytes;
        return entry;
    }

    void Dispatch()
    {
        while (_waiting.TryPeek(out var next, out _) && MemberFor(next.Message) is { } member)
        {
            Take();
            member.Unsettled.Add(next.Id, next.Message);
            if (_options!.Type == SubscribeType.KeyShared && next.Message.Key is { } key)
                _keys[key] = (member, _keys.GetValueOrDefault(key).Count + 1);
            member.Deliveries.TryWrite(new Delivery(member, next.Id, next.Message));
        }
        _isOverflowing = _isOverflowing && _waiting.Count > 0;
    }

    /// <summary>Who gets a message now; null: nobody has room for it, and those behind it wait too.</summary>
    Member? MemberFor(BrokerMessage message)
    {
        if (_members.Count == 0)
            return null;
        var member = _options!.Type == SubscribeType.Failover ? _members[0]
            : message.Key is { } key && _keys.TryGetValue(key, out var owner) ? owner.Member
            : _members.Count == 1 ? _members[0]
            : _members.MinBy(member => member.Unsettled.Count)!;
        return member.Unsettled.Count < member.Window ? member : null;
    }

    void ReleaseKey(BrokerMessage message)
    {
        if (_keys.Count == 0 || message.Key is not { } key || !_keys.TryGetValue(key, out var owner))
            return;
        if (owner.Count > 1)
            _keys[key] = (owner.Member, owner.Count - 1);
        else
            _keys.Remove(key);
    }

    void Delay(Entry entry)
    {
        _delayed.Enqueue((time.GetUtcNow() + _options!.RedeliveryDelay, entry));
        if (_delayed.Count == 1)
            StartTimer(_options.RedeliveryDelay);
    }

    void StartTimer(TimeSpan dueTime)
    {
        _timer?.Dispose();
        _timer = time.CreateTimer(static group => ((ConsumerGroup)group!).EndDelays(), this, dueTime, Timeout.InfiniteTimeSpan);
    }

    void EndDelays()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_delayed.TryPeek(out var next) && next.Due <= now)
                Wait(_delayed.Dequeue().Entry);
            // Timers count in milliseconds of their own and may be a little early.
            if (_delayed.TryPeek(out var later))
                StartTimer(later.Due - now + TimeSpan.FromMilliseconds(1));
            Dispatch();
        }
    }

    [LoggerMessage(EventName = "GroupOverflow", Level = LogLevel.Warning, Message = "{Group}: more than {Bytes} bytes wait; the oldest messages are dropped")]
    static partial void LogOverflow(ILogger logger, string group, long bytes);

    readonly record struct Entry(long Id, BrokerMessage Message);

    sealed class Member(ConsumerGroup group, int window, ChannelWriter<Delivery> deliveries) : IConsumer
    {
        public int Window => window;

        public ChannelWriter<Delivery> Deliveries => deliveries;

        public Dictionary<long, BrokerMessage> Unsettled { get; } = [];

        public void Settle(long id, bool isDone) => group.Settle(this, id, isDone);

        public void Dispose() => group.Leave(this);
    }
}
