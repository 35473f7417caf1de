using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DaprMemory.Cli.Torture;

/// <summary>Breaks the fleet, mends it, and breaks it again: every kind of fault in turn, in an order drawn from the seed, now and then two at once.</summary>
internal sealed class Nemesis(Fleet fleet, TortureOptions options, Func<long> clock, Action<string> report)
{
    static readonly string[] StateEffects = ["failBefore", "failAfter", "dropBefore", "dropAfter", "delay"];
    static readonly string[] StateTargets = ["save", "get", "bulkGet"];
    static readonly string[] EventEffects = ["lose", "duplicate", "reorder", "delay"];

    // Parts of keys as stored.
    static readonly string[] HotKeys = [":s:", ":v:"];

    // Longer than anybody waits.
    const int SilenceMilliseconds = 20_000;

    readonly Random _random = new(options.Seed);
    readonly ConcurrentQueue<InjectedFault> _faults = new();

    /// <summary>The faults that are over.</summary>
    public IReadOnlyCollection<InjectedFault> Faults => _faults;

    /// <summary>Runs until it is told to stop. What is broken then is mended before it returns.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await QuietAsync(stop).ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            var kinds = options.Faults.ToArray();
            _random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                if (stop.IsCancellationRequested)
                    return;
                await StepAsync(kind, stop).ConfigureAwait(false);
                await QuietAsync(stop).ConfigureAwait(false);
            }
        }
    }

    async Task StepAsync(FaultKind kind, CancellationToken stop)
    {
        var shard = _random.Next(options.Shards);
        var first = Draw(kind, shard);
        if (options.Shards < 2 || options.Faults.Count == 1 || _random.Next(2) == 0)
        {
            await InjectAsync(first, isAlone: true, stop).ConfigureAwait(false);
            return;
        }
        // A shard that takes over is tried hardest when it has not heard what was written before: every other time, it loses events first.
        var other = (shard + 1 + _random.Next(options.Shards - 1)) % options.Shards;
        var losesEvents = _random.Next(2) == 0 && options.Faults.Contains(FaultKind.EventFaults);
        var second = Draw(losesEvents ? FaultKind.EventFaults : options.Faults[_random.Next(options.Faults.Count)], other);
        var lead = TimeSpan.FromMilliseconds(_random.Next(1000));
        await Task.WhenAll(InjectAsync(second with { Hold = second.Hold + lead }, isAlone: false, stop), FollowAsync()).ConfigureAwait(false);

        async Task FollowAsync()
        {
            await WaitAsync(lead, stop).ConfigureAwait(false);
            await InjectAsync(first, isAlone: false, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Everything random about a fault is drawn before it begins: what runs at once must not draw in an order that time decides.</summary>
    Fault Draw(FaultKind kind, int shard)
    {
        JsonObject[] rules = kind switch
        {
            FaultKind.StateFaults => [.. Some(() => DrawRule(StateEffects, StateTargets))],
            FaultKind.EventFaults => [DrawRule(StateEffects, ["publish"]), .. Some(() => DrawRule(EventEffects, ["delivery"]))],
            FaultKind.ShardCutOff => DrawCut(),
            FaultKind.HotStoreFaults => [.. DrawHot()],
            _ => [],
        };
        return new Fault(kind, shard, TimeSpan.FromMilliseconds(_random.Next(300, kind == FaultKind.ShardCutOff ? 4000 : 2000)), rules);
    }

    IEnumerable<JsonObject> Some(Func<JsonObject> draw) => Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => draw());

    JsonObject DrawRule(string[] effects, string[] targets) => new()
    {
        ["effect"] = effects[_random.Next(effects.Length)],
        ["targets"] = new JsonArray(targets[_random.Next(targets.Length)]),
        ["probability"] = 0.05 + (_random.NextDouble() * 0.6),
        ["delayMilliseconds"] = _random.Next(5, 1500),
    };

    /// <summary>Connections break at once, or nothing comes back. Not a sidecar held by a signal: it might hold the lock of the store's file.</summary>
    JsonObject[] DrawCut()
    {
        JsonObject[] cut = [new() { ["effect"] = "dropBefore", ["targets"] = AllTargets() }];
        return _random.Next(2) == 0
            ? cut
            : [new() { ["effect"] = "delay", ["targets"] = AllTargets(), ["delayMilliseconds"] = SilenceMilliseconds }, .. cut];

        static JsonArray AllTargets() => [.. StateTargets];
    }

    /// <summary>The same with keys that are in the hot store only: turns, and cached values.</summary>
    IEnumerable<JsonObject> DrawHot()
    {
        JsonObject[] rules = _random.Next(2) == 0 ? DrawCut() : [.. Some(() => DrawRule(StateEffects, StateTargets))];
        foreach (var rule in rules)
        {
            foreach (var keys in HotKeys)
            {
                var hot = rule.DeepClone().AsObject();
                hot["keyContains"] = keys;
                yield return hot;
            }
        }
    }

    async Task InjectAsync(Fault fault, bool isAlone, CancellationToken stop)
    {
        var begin = clock();
        report($"{fault.Kind} {Fleet.IdOf(fault.Shard)} for {fault.Hold.TotalSeconds:F1} s{(isAlone ? "" : ", not alone")}");
        await BreakAsync(fault).ConfigureAwait(false);
        await WaitAsync(fault.Hold, stop).ConfigureAwait(false);
        await MendAsync(fault).ConfigureAwait(false);
        _faults.Enqueue(new InjectedFault(fault.Kind, fault.Shard, begin, clock(), isAlone));
    }

    Task BreakAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ServiceKilled:
                return fleet.KillServiceAsync(fault.Shard);
            case FaultKind.SidecarKilled:
                return fleet.KillSidecarAsync(fault.Shard);
            case FaultKind.ServiceHeld:
                return fleet.HoldServiceAsync(fault.Shard);
            case FaultKind.ShardCutOff or FaultKind.StateFaults or FaultKind.HotStoreFaults or FaultKind.EventFaults:
                return fleet.SetFaultsAsync(fault.Shard, fault.Rules);
            default:
                fleet.SetRing(Enumerable.Range(0, options.Shards).Where(shard => shard != fault.Shard));
                return Task.CompletedTask;
        }
    }

    Task MendAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ServiceKilled:
                return fleet.StartServiceAsync(fault.Shard);
            case FaultKind.SidecarKilled:
                return fleet.StartSidecarAsync(fault.Shard);
            case FaultKind.ServiceHeld:
                return fleet.ReleaseServiceAsync(fault.Shard);
            case FaultKind.ShardCutOff or FaultKind.StateFaults or FaultKind.HotStoreFaults or FaultKind.EventFaults:
                return fleet.SetFaultsAsync(fault.Shard);
            default:
                fleet.SetRing(Enumerable.Range(0, options.Shards));
                return Task.CompletedTask;
        }
    }

    Task QuietAsync(CancellationToken stop) => WaitAsync(TimeSpan.FromMilliseconds(_random.Next(200, 1200)), stop);

    static async Task WaitAsync(TimeSpan time, CancellationToken stop) =>
        await Task.Delay(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    sealed record Fault(FaultKind Kind, int Shard, TimeSpan Hold, IReadOnlyList<JsonObject> Rules);
}
