using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// At every level, an answer shows each key as it stood at the version that the answer names: no newer, no older, several keys together
/// as of one moment, and nothing that a delete had removed by then.
/// </summary>
static class Snapshots
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        foreach (var key in index.Keys)
        {
            foreach (var (read, item) in key.Reads)
            {
                if (!read.IsWrite && read.Version > 0 && Judge(key, read, item) is { } violation)
                    violations.Add(violation);
            }
        }
        return violations;
    }

    static Violation? Judge(KeyHistory key, Operation read, ReadItem item)
    {
        var newest = key.NewestAt(read.Version);
        if (item.ETag is not { } at)
        {
            return newest is { IsDelete: false } live && !key.MayHide(OperationKind.Delete, read.End)
                ? Violation.Of(
                    Promise.Snapshot,
                    $"A read at version {read.Version} was shown no record of {key.Name}, which stood there since {live.At}",
                    live.Write, read)
                : null;
        }
        if (at.Commit > read.Version)
            return Violation.Of(
                Promise.Snapshot,
                $"A read at version {read.Version} was shown {key.Name} at {at}, which lies behind it",
                key.WriterOf(item), read);
        if (newest is not { } due || at >= due.At)
            return null;
        return due.IsDelete
            ? Violation.Of(
                Promise.NothingResurrected,
                $"A read at version {read.Version} was shown {key.Name} at {at}, which was deleted at {due.At}",
                key.WriterOf(item), due.Write, read)
            : Violation.Of(
                Promise.Snapshot,
                $"A read at version {read.Version} was shown {key.Name} at {at}, which {due.At} had replaced",
                key.WriterOf(item), due.Write, read);
    }
}
