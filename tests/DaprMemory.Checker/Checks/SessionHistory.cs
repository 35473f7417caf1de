using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// All that is known of the sessions of one name. Each deletion ends one life of it, and the next append begins another; which one an
/// operation belongs to is certain when no deletion was under way meanwhile. Such operations are called calm, and those between the same
/// two deletions are of one life.
/// </summary>
sealed class SessionHistory(string space, string session)
{
    readonly Dictionary<string, (Operation Append, int Index)> _writers = [];
    readonly List<(long Begin, long End)> _stirred = [];

    /// <summary><c>space/session</c>.</summary>
    public string Name { get; } = $"{space}/{session}";

    public List<Operation> Appends { get; } = [];

    /// <summary>Every answered read.</summary>
    public List<Operation> Reads { get; } = [];

    /// <summary>Every deletion, also those that found nothing.</summary>
    public List<Operation> Deletions { get; } = [];

    public void Add(Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Append:
                Appends.Add(operation);
                for (var i = 0; i < operation.Turns!.Count; i++)
                    _writers.TryAdd(operation.Turns[i].Text, (operation, i));
                break;
            case OperationKind.DeleteSession:
                Deletions.Add(operation);
                break;
            default:
                if (operation.IsAnswered)
                    Reads.Add(operation);
                break;
        }
    }

    /// <summary>Who appends this text, as which of its turns, whether or not that took effect.</summary>
    public (Operation Append, int Index)? WriterOf(string text) => _writers.TryGetValue(text, out var writer) ? writer : null;

    /// <summary>Who appended what a read was shown, each once.</summary>
    public IEnumerable<Operation?> WritersOf(Operation read) => (read.Turns ?? []).Select(turn => WriterOf(turn.Text)?.Append).Distinct();

    /// <summary>Finds the times at which a life may have ended: from the begin of a deletion to the last moment at which it took effect.</summary>
    public void PartLives()
    {
        foreach (var deletion in Deletions.Where(IsEffective).OrderBy(deletion => deletion.Begin))
        {
            if (_stirred.Count > 0 && _stirred[^1].End >= deletion.Begin)
                _stirred[^1] = (_stirred[^1].Begin, Math.Max(_stirred[^1].End, deletion.LatestEffect));
            else
                _stirred.Add((deletion.Begin, deletion.LatestEffect));
        }
    }

    /// <summary>The number of the life that was there all the time; null when one may have ended meanwhile.</summary>
    public int? LifeAt(long begin, long end)
    {
        var (low, high) = (0, _stirred.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_stirred[middle].End < begin)
                low = middle + 1;
            else
                high = middle;
        }
        return low < _stirred.Count && _stirred[low].Begin <= end ? null : low;
    }

    /// <summary>Whether a deletion ended a life, or may have.</summary>
    public static bool IsEffective(Operation deletion) => deletion.Outcome is Outcome.Ok or Outcome.Unknown;
}
