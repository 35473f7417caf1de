using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Turns in time: what is appended after something was known gets a greater number, and at every level but eventual a read shows at least
/// the end that anybody knew before it began; an eventual one, what was known when the bound of its age began. Judged within the lives of
/// a session, as far as they are certain.
/// </summary>
sealed class TurnTimes
{
    readonly SessionHistory _session;
    readonly List<Violation> _violations;
    readonly long _age;
    readonly List<Told> _told = [];
    readonly Dictionary<int, Told> _own = [];
    int _life = -1;

    TurnTimes(SessionHistory session, CheckOptions options, List<Violation> violations)
    {
        _session = session;
        _violations = violations;
        _age = options.StalenessAge.Ticks * TimeSpan.NanosecondsPerTick;
    }

    public static IReadOnlyList<Violation> Check(HistoryIndex index, CheckOptions options)
    {
        var violations = new List<Violation>();
        foreach (var session in index.Spaces.SelectMany(space => space.Sessions))
            new TurnTimes(session, options, violations).Check();
        return violations;
    }

    void Check()
    {
        var operations = _session.Appends.Where(append => append.Outcome == Outcome.Ok)
            .Concat(_session.Reads)
            .Concat(_session.Deletions.Where(deletion => deletion.Outcome == Outcome.NotFound))
            .ToArray();
        var lives = Array.ConvertAll(operations, operation => _session.LifeAt(operation.Begin, operation.End));
        var events = new List<(long Time, bool IsEnd, int Index)>(2 * operations.Length);
        for (var i = 0; i < operations.Length; i++)
        {
            if (lives[i] is null)
                continue;
            events.Add((operations[i].Begin, false, i));
            events.Add((operations[i].End, true, i));
        }
        events.Sort();
        var before = new (Told Any, Told Own)[operations.Length];
        foreach (var (_, isEnd, i) in events)
        {
            EnterLife(lives[i]!.Value);
            var operation = operations[i];
            if (!isEnd)
                before[i] = (_told.Count > 0 ? _told[^1] : default, _own.GetValueOrDefault(operation.Client));
            else
                End(operation, before[i].Any, before[i].Own);
        }
    }

    void EnterLife(int life)
    {
        if (life == _life)
            return;
        _life = life;
        _told.Clear();
        _own.Clear();
    }

    void End(Operation operation, Told any, Told own)
    {
        switch (operation)
        {
            case { Kind: OperationKind.Append }:
                if (operation.Turns![0].Number <= any.Number)
                    _violations.Add(Violation.Of(
                        Promise.TurnOrder,
                        $"An append to {_session.Name} got number {operation.Turns[0].Number} although turn {any.Number} was known before it began",
                        any.Source, operation));
                Learn(operation, operation.Turns[^1].Number);
                break;
            case { Kind: OperationKind.DeleteSession }:
                if (any.Source is not null)
                    _violations.Add(Violation.Of(
                        Promise.Linearizability, $"A deletion found no session {_session.Name}, which was there before", any.Source, operation));
                break;
            case { Level: Level.Eventual }:
                JudgeEventual(operation);
                break;
            default:
                if (Judge(operation, own, own.Source?.Kind == OperationKind.Append ? Promise.ReadYourWrites : Promise.MonotonicReads) is { } mine)
                    _violations.Add(mine);
                // Whether there is such a session is told by the view: only a strong read must know what others began.
                else if ((operation.Outcome == Outcome.Ok || operation.Level == Level.Strong) && Judge(operation, any, Promise.Linearizability) is { } others)
                    _violations.Add(others);
                if (operation.Outcome == Outcome.Ok)
                    Learn(operation, operation.Newest);
                break;
        }
    }

    void JudgeEventual(Operation read)
    {
        var since = read.Begin - Math.Max(_age, read.Age);
        if (_session.LifeAt(since, read.End) == _life
            && Judge(read, _told.FindLast(told => told.Source!.End < since), Promise.BoundedStaleness) is { } violation)
            _violations.Add(violation);
    }

    Violation? Judge(Operation read, Told known, Promise promise) => known.Source is null ? null : read switch
    {
        { Outcome: Outcome.NotFound } => Violation.Of(promise, $"A read found no session {_session.Name}, which was known before", known.Source, read),
        _ when read.Newest < known.Number => Violation.Of(
            promise, $"A read of {_session.Name} ended at turn {read.Newest} although turn {known.Number} was known before", known.Source, read),
        _ => null,
    };

    void Learn(Operation operation, long number)
    {
        var told = new Told(number, operation);
        if (_told.Count == 0 || number > _told[^1].Number)
            _told.Add(told);
        if (!_own.TryGetValue(operation.Client, out var own) || number > own.Number)
            _own[operation.Client] = told;
    }

    /// <summary>The greatest number that was told, and who was told it; no source: nobody yet.</summary>
    readonly record struct Told(long Number, Operation? Source);
}
