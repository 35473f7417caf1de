namespace DaprMemory.Checker.Tests.Support;

/// <summary>The sessions of one name, one after the other; each older end can be read.</summary>
sealed class SimulatedSession
{
    readonly List<(long Time, List<string>? Life, int Count)> _ends = [(0, null, 0)];

    /// <summary>The turns of the session that there is now; null when there is none.</summary>
    public List<string>? Life { get; private set; }

    /// <summary>The session before the last deletion.</summary>
    public List<string>? Former { get; private set; }

    public void Begin(IEnumerable<string>? turns = null) => Life = [.. turns ?? []];

    public void Delete(long time)
    {
        (Former, Life) = (Life, null);
        Note(time);
    }

    /// <summary>Notes the end as it is now.</summary>
    public void Note(long time) => _ends.Add((time, Life, Life?.Count ?? 0));

    /// <summary>The session as it was at a moment.</summary>
    public (List<string>? Life, int Count) At(long time)
    {
        var (_, life, count) = _ends.FindLast(end => end.Time <= time);
        return (life, count);
    }
}
