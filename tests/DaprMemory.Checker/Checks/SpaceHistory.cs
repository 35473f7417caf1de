using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>All that is known of one space.</summary>
sealed class SpaceHistory(string name, int index)
{
    readonly Dictionary<string, KeyHistory> _keys = [];
    readonly Dictionary<string, SessionHistory> _sessions = [];

    public string Name { get; } = name;

    /// <summary>Its number among the spaces of the history.</summary>
    public int Index { get; } = index;

    public IReadOnlyCollection<KeyHistory> Keys => _keys.Values;

    public IReadOnlyCollection<SessionHistory> Sessions => _sessions.Values;

    /// <summary>The operations that the space acknowledged or certainly holds, by place; two at one place contradict each other.</summary>
    public Dictionary<Place, Operation> Places { get; } = [];

    public KeyHistory Key(string key) =>
        _keys.TryGetValue(key, out var known) ? known : _keys[key] = new KeyHistory(Name, key);

    public SessionHistory Session(string name) =>
        _sessions.TryGetValue(name, out var known) ? known : _sessions[name] = new SessionHistory(Name, name);
}
