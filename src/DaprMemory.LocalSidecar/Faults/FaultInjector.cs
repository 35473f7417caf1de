namespace DaprMemory.LocalSidecar.Faults;

/// <summary>The faults of one app's sidecar. They may be changed at any time, also while requests run.</summary>
public sealed class FaultInjector
{
    static readonly TimeSpan DefaultHoldLimit = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly TimeProvider _time;
    Random _random;
    volatile Entry[] _entries = [];
    long _happened;

    internal FaultInjector(int seed, TimeProvider time)
    {
        _random = new Random(seed);
        _time = time;
    }

    /// <summary>The rules in force, those used up included.</summary>
    public IReadOnlyList<FaultRule> Rules => [.. _entries.Select(entry => entry.Rule)];

    /// <summary>How many faults have happened so far.</summary>
    public long Happened => Interlocked.Read(ref _happened);

    /// <summary>Replaces all rules; none: no faults.</summary>
    public void Set(params IReadOnlyList<FaultRule> rules)
    {
        lock (_gate)
            _entries = [.. rules.Select(rule => new Entry(rule))];
    }

    /// <summary>Starts the randomness again.</summary>
    public void Reseed(int seed)
    {
        lock (_gate)
            _random = new Random(seed);
    }

    internal FaultPlan Next(FaultTarget target, string key) => _entries.Length == 0 ? default : Next(target, [key]);

    internal FaultPlan Next(FaultTarget target, IEnumerable<string> keys)
    {
        if (_entries.Length == 0)
            return default;
        lock (_gate)
        {
            var delay = TimeSpan.Zero;
            var holdLimit = TimeSpan.Zero;
            FaultEffect? effect = null;
            foreach (var entry in _entries)
            {
                var rule = entry.Rule;
                if ((effect is not null && rule.Effect != FaultEffect.Delay) || !Matches(entry, target, keys))
                    continue;
                entry.Left--;
                Interlocked.Increment(ref _happened);
                if (rule.Effect == FaultEffect.Delay)
                    delay += TimeSpan.FromMilliseconds(rule.DelayMilliseconds);
                else
                    effect = rule.Effect;
                if (rule.Effect == FaultEffect.Reorder)
                    holdLimit = rule.DelayMilliseconds > 0 ? TimeSpan.FromMilliseconds(rule.DelayMilliseconds) : DefaultHoldLimit;
            }
            return new FaultPlan(delay, effect, _time) { HoldLimit = holdLimit };
        }
    }

    bool Matches(Entry entry, FaultTarget target, IEnumerable<string> keys) =>
        entry.Left is null or > 0
        && entry.Rule.Suits(target)
        && (entry.Rule.Targets.Count == 0 || entry.Rule.Targets.Contains(target))
        && (entry.Rule.KeyContains is not { } text || keys.Any(key => key.Contains(text, StringComparison.Ordinal)))
        && (entry.Rule.Probability >= 1 || _random.NextDouble() < entry.Rule.Probability);

    sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public int? Left { get; set; } = rule.Count;
    }
}
