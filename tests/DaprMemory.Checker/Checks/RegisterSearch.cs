using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Decides by search whether one key was a linearizable register with compare-and-set (Wing and Gong, with Lowe's memory of visited
/// states). It judges by times and values only: the order of the ETags is what it tries first, never what it believes.
/// </summary>
/// <remarks>
/// A state is the set of operations that have taken effect and the value they leave. Where all required operations that have begun are
/// in the set, all paths meet in few states, so the memory cuts the history at its quiescent points by itself. Two facts keep the search
/// small and exact: a read that fits can be taken at once, for it changes nothing; and as no value is written twice, one that is still to
/// be read must not be left.
/// </remarks>
sealed class RegisterSearch
{
    readonly List<RegisterCall> _calls;
    readonly List<int> _optional = [];
    readonly List<int> _required = [];
    readonly int[] _rank;
    readonly int[] _needers;
    readonly bool[] _isDone;
    readonly Stack<int> _done = new();
    readonly HashSet<UInt128> _visited = [];
    UInt128 _set;
    int _state = RegisterCall.Absent;
    int _first;
    int _requiredLeft;
    int _deepest = -1;

    RegisterSearch(List<RegisterCall> calls)
    {
        _calls = calls;
        _isDone = new bool[calls.Count];
        _rank = new int[calls.Count];
        var values = 1;
        for (var i = 0; i < calls.Count; i++)
        {
            _rank[i] = _required.Count;
            (calls[i].IsOptional ? _optional : _required).Add(i);
            values = Math.Max(values, Math.Max(calls[i].Needs, calls[i].Leaves) + 1);
        }
        _needers = new int[values];
        foreach (var i in _required)
        {
            if (calls[i].Needs > RegisterCall.Absent)
                _needers[calls[i].Needs]++;
        }
        _requiredLeft = _required.Count;
    }

    /// <summary>The required operation that found no place, once the search has failed.</summary>
    public Operation? Stuck { get; private set; }

    /// <summary>Searches all keys; those for which it gave up are added to <paramref name="undecided"/>.</summary>
    public static IReadOnlyList<Violation> Check(HistoryIndex index, CheckOptions options, List<string> undecided)
    {
        var violations = new List<Violation>();
        foreach (var key in index.Keys)
        {
            var calls = RegisterCall.Of(key);
            var search = new RegisterSearch(calls);
            switch (search.Run(options.SearchStates))
            {
                case null:
                    undecided.Add(key.Name);
                    break;
                case false:
                    var stuck = search.Stuck!;
                    var before = calls.Select(call => call.Operation)
                        .Where(operation => operation.Begin <= stuck.End && !ReferenceEquals(operation, stuck));
                    violations.Add(new Violation(
                        Promise.Linearizability, $"No order of the operations on {key.Name} explains what was answered", [.. before, stuck]));
                    break;
            }
        }
        return violations;
    }

    /// <summary>Whether the calls are linearizable; null if the search gave up.</summary>
    public static bool? Decide(KeyHistory key, int states) => new RegisterSearch(RegisterCall.Of(key)).Run(states);

    bool? Run(int states)
    {
        TakeReads();
        var frames = new Stack<Frame>();
        frames.Push(new Frame(_done.Count, _state, NextWrites()));
        while (_requiredLeft > 0)
        {
            if (!frames.TryPeek(out var frame))
                return false;
            Undo(frame.Mark, frame.State);
            if (!frame.Untried.TryDequeue(out var write))
            {
                frames.Pop();
                continue;
            }
            Take(write);
            TakeReads();
            if (!_visited.Add(_set ^ Mix((ulong)_state + (1UL << 40))))
                continue;
            if (_visited.Count - _calls.Count > states)
                return null;
            frames.Push(new Frame(_done.Count, _state, NextWrites()));
        }
        return true;
    }

    /// <summary>Takes every read that fits, until none does.</summary>
    void TakeReads()
    {
        for (var took = true; took;)
        {
            took = false;
            var deadline = Deadline();
            for (var i = _first; i < _required.Count && _calls[_required[i]].Begin <= deadline; i++)
            {
                var call = _calls[_required[i]];
                if (_isDone[_required[i]] || !call.IsRead || !call.Allows(_state))
                    continue;
                Take(_required[i]);
                took = true;
            }
        }
    }

    /// <summary>The writes that can come next, the most likely first.</summary>
    Queue<int> NextWrites()
    {
        var deadline = Deadline();
        var writes = new List<int>();
        for (var i = _first; i < _required.Count && _calls[_required[i]].Begin <= deadline; i++)
        {
            if (CanFollow(_required[i]))
                writes.Add(_required[i]);
        }
        foreach (var i in _optional)
        {
            if (_calls[i].Begin > deadline)
                break;
            if (CanFollow(i))
                writes.Add(i);
        }
        NoteDepth(deadline);
        return new Queue<int>(writes.OrderBy(i => _calls[i].Guess).ThenBy(i => _calls[i].End));
    }

    bool CanFollow(int i)
    {
        var call = _calls[i];
        return !_isDone[i] && !call.IsRead && call.Allows(_state)
            && (!IsNeeded(_state) || (!call.IsOptional && call.Needs == _state && _needers[_state] == 1));
    }

    bool IsNeeded(int value) => value > RegisterCall.Absent && _needers[value] > 0;

    /// <summary>The end of the required operation that is most urgent: what begins after it can't come before it.</summary>
    long Deadline()
    {
        while (_first < _required.Count && _isDone[_required[_first]])
            _first++;
        var deadline = Operation.Never;
        for (var i = _first; i < _required.Count && _calls[_required[i]].Begin <= deadline; i++)
        {
            if (!_isDone[_required[i]])
                deadline = Math.Min(deadline, _calls[_required[i]].End);
        }
        return deadline;
    }

    void Take(int i)
    {
        var call = _calls[i];
        _isDone[i] = true;
        _done.Push(i);
        _set ^= Mix((ulong)i + 1);
        if (!call.IsRead)
            _state = call.Leaves;
        if (call.IsOptional)
            return;
        _requiredLeft--;
        if (call.Needs > RegisterCall.Absent)
            _needers[call.Needs]--;
    }

    void Undo(int mark, int state)
    {
        while (_done.Count > mark)
        {
            var i = _done.Pop();
            var call = _calls[i];
            _isDone[i] = false;
            _set ^= Mix((ulong)i + 1);
            if (call.IsOptional)
                continue;
            _requiredLeft++;
            _first = Math.Min(_first, _rank[i]);
            if (call.Needs > RegisterCall.Absent)
                _needers[call.Needs]++;
        }
        _state = state;
    }

    void NoteDepth(long deadline)
    {
        var depth = _required.Count - _requiredLeft;
        if (depth <= _deepest || _requiredLeft == 0)
            return;
        _deepest = depth;
        for (var i = _first; i < _required.Count; i++)
        {
            if (!_isDone[_required[i]] && _calls[_required[i]].End == deadline)
            {
                Stuck = _calls[_required[i]].Operation;
                return;
            }
        }
    }

    // A set of operations is known by the sum of their marks: 128 mixed bits each, so that no two sets meet by chance.
    static UInt128 Mix(ulong seed)
    {
        return new UInt128(Half(seed * 2), Half((seed * 2) + 1));

        static ulong Half(ulong x)
        {
            x = (x * 0x9E3779B97F4A7C15) + 0xD1B54A32D192ED03;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    readonly record struct Frame(int Mark, int State, Queue<int> Untried);
}
