using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// What reads of sessions showed: turns that somebody appended, each at one number and that which its append was told, no two at the same
/// one, no page with holes; and none of a life that had ended.
/// </summary>
sealed class TurnPlaces
{
    readonly SessionHistory _session;
    readonly List<Violation> _violations;
    readonly long _age;
    readonly Dictionary<Operation, (long First, Operation Witness)> _firsts = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<Operation, long> _known = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<(int Life, long Number), (string Text, Operation Witness)> _numbers = [];
    readonly List<Operation> _ends = [];

    TurnPlaces(SessionHistory session, CheckOptions options, List<Violation> violations)
    {
        _session = session;
        _violations = violations;
        _age = options.StalenessAge.Ticks * TimeSpan.NanosecondsPerTick;
    }

    public static IReadOnlyList<Violation> Check(HistoryIndex index, CheckOptions options)
    {
        var violations = new List<Violation>();
        foreach (var session in index.Spaces.SelectMany(space => space.Sessions))
            new TurnPlaces(session, options, violations).Check();
        return violations;
    }

    void Check()
    {
        // Of the deletions that had ended by a moment, the one that began last: each is kept only if it began behind those before it.
        foreach (var deletion in _session.Deletions.Where(deletion => deletion.Outcome == Outcome.Ok).OrderBy(deletion => deletion.End))
        {
            if (_ends.Count == 0 || deletion.Begin > _ends[^1].Begin)
                _ends.Add(deletion);
        }
        foreach (var append in _session.Appends.Where(append => append.Outcome == Outcome.Ok))
            Learn(append);
        foreach (var read in _session.Reads.Where(read => read.Outcome == Outcome.Ok).OrderBy(read => read.End))
        {
            CheckPage(read);
            var shown = new Dictionary<string, long>(read.Turns!.Count);
            foreach (var turn in read.Turns)
            {
                if (JudgeTurn(read, turn) is { } violation)
                    _violations.Add(violation);
                else if (!shown.TryAdd(turn.Text, turn.Number))
                    Accuse(Promise.NothingDoubled, $"was shown \"{turn.Text}\" as turn {shown[turn.Text]} and as turn {turn.Number}", WriterOf(turn), read);
            }
        }
    }

    void Learn(Operation append)
    {
        _known[append] = append.End;
        if (_session.LifeAt(append.Begin, append.End) is not { } life)
            return;
        _firsts[append] = (append.Turns![0].Number, append);
        foreach (var turn in append.Turns)
        {
            if (_numbers.TryAdd((life, turn.Number), (turn.Text, append)))
                continue;
            _violations.Add(Violation.Of(
                Promise.NothingLost, $"Two appends to {_session.Name} were acknowledged as turn {turn.Number}", _numbers[(life, turn.Number)].Witness, append));
            return;
        }
    }

    void CheckPage(Operation read)
    {
        var last = Math.Min(read.Newest, read.Before > 0 ? read.Before - 1 : long.MaxValue);
        var first = Math.Max(1, last - read.Limit + 1);
        var isWhole = read.Turns!.Count == Math.Max(0, last - first + 1);
        for (var i = 0; i < read.Turns.Count && isWhole; i++)
            isWhole = read.Turns[i].Number == first + i;
        if (!isWhole)
            Accuse(Promise.NothingLost, $"was not shown all turns from {first} to {last} in their order", read);
    }

    Violation? JudgeTurn(Operation read, Turn turn)
    {
        if (_session.WriterOf(turn.Text) is not { } writer)
            return NewViolation(Promise.NothingPhantom, $"was shown \"{turn.Text}\", which nobody appended", read);
        var (append, index) = writer;
        if (append.Begin > read.End)
            return NewViolation(Promise.NothingPhantom, $"was shown \"{turn.Text}\" before it was appended", append, read);
        if (append.Outcome is not (Outcome.Ok or Outcome.Unknown))
            return NewViolation(Promise.NothingPhantom, $"was shown \"{turn.Text}\", whose append was refused", append, read);
        return JudgeLife(read, turn, append) ?? JudgePlace(read, turn, append, turn.Number - index) ?? JudgeNumber(read, turn, append);
    }

    /// <summary>An append that was sent in one life stands in one place. If the session was deleted between its attempts, it may stand in both lives.</summary>
    Violation? JudgePlace(Operation read, Turn turn, Operation append, long first)
    {
        if (_session.LifeAt(append.Begin, append.End) is null || _firsts.TryAdd(append, (first, read)))
            return null;
        var (known, witness) = _firsts[append];
        if (known == first)
            return null;
        var due = known + (turn.Number - first);
        var isMoved = (due - read.Turns![0].Number) is >= 0 and var i && i < read.Turns.Count && read.Turns[(int)i].Text != turn.Text;
        return NewViolation(
            isMoved ? Promise.TurnOrder : Promise.NothingDoubled, $"was shown \"{turn.Text}\" as turn {turn.Number}, but it is turn {due}", append, witness, read);
    }

    Violation? JudgeNumber(Operation read, Turn turn, Operation append)
    {
        // What an eventual read shows may be of the life before.
        if (read.Level == Level.Eventual || _session.LifeAt(read.Begin, read.End) is not { } life || _numbers.TryAdd((life, turn.Number), (turn.Text, read)))
            return null;
        var (text, witness) = _numbers[(life, turn.Number)];
        return text == turn.Text ? null : NewViolation(
            Promise.NothingLost, $"was shown \"{turn.Text}\" as turn {turn.Number}, which is \"{text}\"", append, witness, read);
    }

    Violation? JudgeLife(Operation read, Turn turn, Operation append)
    {
        var until = read.Level == Level.Eventual ? read.Begin - Math.Max(_age, read.Age) : read.Begin;
        var known = _known.TryAdd(append, read.End) ? read.End : _known[append];
        return LastEndedBefore(until) is { } deletion && known < deletion.Begin
            ? NewViolation(Promise.NothingResurrected, $"was shown \"{turn.Text}\", which was deleted before", append, deletion, read)
            : null;
    }

    Operation? LastEndedBefore(long time)
    {
        var (low, high) = (0, _ends.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ends[middle].End < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? null : _ends[low - 1];
    }

    Operation? WriterOf(Turn turn) => _session.WriterOf(turn.Text)?.Append;

    void Accuse(Promise promise, string how, params ReadOnlySpan<Operation?> operations) => _violations.Add(NewViolation(promise, how, operations));

    Violation NewViolation(Promise promise, string how, params ReadOnlySpan<Operation?> operations) =>
        Violation.Of(promise, $"A read of {_session.Name} {how}", operations);
}
