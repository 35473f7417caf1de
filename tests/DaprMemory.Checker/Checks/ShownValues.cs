using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Every value that was shown was written before, by a write that took effect, and stands where its ETag says: no dirty read of what was
/// never saved, no value at two places, none that came back at a new place after a delete, no key twice in one answer.
/// </summary>
static class ShownValues
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        foreach (var space in index.Spaces)
        {
            foreach (var key in space.Keys)
            {
                foreach (var (read, item) in key.Reads)
                {
                    if (Judge(index, space, key, read, item) is { } violation)
                        violations.Add(violation);
                }
            }
        }
        violations.AddRange(index.Operations.Where(operation => operation.IsMultiRead).Select(JudgeOnce).OfType<Violation>());
        return violations;
    }

    static Violation? JudgeOnce(Operation read)
    {
        var places = new Dictionary<string, Place?>();
        foreach (var item in read.Shown)
        {
            if (!places.TryAdd(item.Key, item.ETag))
                return Violation.Of(
                    Promise.NothingDoubled, $"A read was shown {read.Space}/{item.Key} twice, at {places[item.Key]} and at {item.ETag}", read);
        }
        return null;
    }

    static Violation? Judge(HistoryIndex index, SpaceHistory space, KeyHistory key, Operation read, ReadItem item)
    {
        if (item.ETag is not { } at)
            return item.Value is null ? null : Violation.Of(
                Promise.NothingPhantom,
                $"A read of {key.Name} was shown a value without an ETag",
                key.WriterOf(item), read);
        var holder = space.Places.GetValueOrDefault(at);
        if (item.Value is not { } value)
        {
            return (holder is not null && (holder.Key != item.Key || holder.Kind == OperationKind.Delete))
                || (holder is null && !key.MayHide(OperationKind.Put, read.End))
                ? Violation.Of(Promise.NothingPhantom, $"A read was shown {key.Name} at {at}, where no put of it stands", holder, read)
                : null;
        }
        var writer = key.WriterOf(value);
        if (writer is null)
            return Violation.Of(Promise.NothingPhantom, $"A read of {key.Name} was shown \"{value}\", which nobody wrote", read);
        if (writer.Begin > read.End)
            return Violation.Of(Promise.NothingPhantom, $"A read of {key.Name} was shown \"{value}\" before it was written", writer, read);
        if (holder is not null && !ReferenceEquals(holder, writer))
            return Violation.Of(
                Promise.NothingPhantom,
                $"A read of {key.Name} was shown \"{value}\" at {at}, where another write stands",
                writer, holder, read);
        return index.PlacesOf(writer).Contains(at) ? null : Moved(index, key, read, writer, at);
    }

    static Violation Moved(HistoryIndex index, KeyHistory key, Operation read, Operation writer, Place at)
    {
        if (index.PlacesOf(writer) is not [var first, ..])
            return Violation.Of(
                Promise.NothingPhantom,
                $"A read of {key.Name} was shown \"{writer.Value}\" at {at}, whose write took no effect",
                writer, read);
        var deleted = key.WritesAfter(first < at ? first : at).FirstOrDefault(write => write.IsDelete && write.At < (first < at ? at : first)).Write;
        return deleted is null
            ? Violation.Of(
                Promise.NothingDoubled,
                $"A read of {key.Name} was shown \"{writer.Value}\" at {at}, but it stands at {first}",
                writer, read)
            : Violation.Of(
                Promise.NothingResurrected,
                $"A read of {key.Name} was shown \"{writer.Value}\" at {at}, but it stood at {first} and was deleted since",
                writer, deleted, read);
    }
}
