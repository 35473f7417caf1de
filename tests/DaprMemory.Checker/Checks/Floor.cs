using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// A version of a space below which an answer must not lie, and who was told of it. Every level is a promise of such a floor: what anyone
/// was told before (strong), what this client was told (session), what it depends on (causal), what was told some seconds ago (eventual).
/// </summary>
readonly record struct Floor(long Version, Operation? Source)
{
    /// <summary>The higher of this floor and what an answer told.</summary>
    public Floor Raise(Operation answered)
    {
        var version = Math.Max(answered.Version, answered.ETag?.Commit ?? 0);
        return version > Version ? new Floor(version, answered) : this;
    }

    /// <summary>Judges an answer: a read must show at least the floor, and a refusal must have had a reason since. Null if it may be so.</summary>
    public Violation? Judge(HistoryIndex index, Operation answered, Promise promise) => answered switch
    {
        { IsWrite: false } => JudgeRead(index, answered, promise),
        { Outcome: Outcome.PreconditionFailed or Outcome.NotFound } => JudgeRefusal(index, answered, promise),
        _ => null,
    };

    Violation? JudgeRead(HistoryIndex index, Operation read, Promise promise)
    {
        var space = index.Space(read.Space);
        foreach (var item in read.Shown)
        {
            var key = space.Key(item.Key);
            if (key.NewestAt(Version) is not { } newest)
                continue;
            if (item.ETag is { } at && at < newest.At)
            {
                return Violation.Of(
                    promise,
                    $"A read of {key.Name} was shown {at} although {newest.At} was known before",
                    key.WriterOf(item), newest.Write, Source, read);
            }
            if (item.ETag is null && !newest.IsDelete && !key.MayBeDeleted(newest.At, read.End))
            {
                return Violation.Of(
                    promise,
                    $"A read of {key.Name} was shown no record although {newest.At} was known before",
                    newest.Write, Source, read);
            }
        }
        return read.Version > 0 && read.Version < Version
            ? Violation.Of(
                promise,
                $"A read of {read.Space} was served at version {read.Version} although {Version} was known before",
                Source, read)
            : null;
    }

    Violation? JudgeRefusal(HistoryIndex index, Operation refused, Promise promise)
    {
        var key = index.Key(refused);
        var newest = key.NewestAt(Version);
        if (Refuses(refused, newest)
            || key.WritesAfter(new Place(Version, int.MaxValue)).Any(write => write.Write.Begin <= refused.End && Refuses(refused, write))
            || key.Unplaced.Exists(write => write.Begin <= refused.End))
            return null;
        return Violation.Of(
            promise,
            $"A write of {key.Name} was refused although its precondition held all the time",
            newest?.Write, Source, refused);
    }

    static bool Refuses(Operation write, PlacedWrite? state)
    {
        var place = state is { IsDelete: false } live ? live.At : (Place?)null;
        return (write.Expected is { } expected && place != expected)
            || (write.MustBeAbsent && place is not null)
            || (write.Outcome == Outcome.NotFound && place is null);
    }
}
