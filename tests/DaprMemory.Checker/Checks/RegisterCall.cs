using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// An operation as the search sees it: from which values of the register it may start, and what it leaves. Values are numbers,
/// <see cref="Absent"/> is a register without one.
/// </summary>
/// <param name="Operation">The operation.</param>
/// <param name="Begin">The earliest moment of its effect.</param>
/// <param name="End">The latest.</param>
/// <param name="Needs">What must be there: a value, <see cref="Absent"/>, <see cref="Any"/>, or <see cref="Present"/>.</param>
/// <param name="Not">What must not be there; <see cref="Any"/> if that does not matter.</param>
/// <param name="Leaves">What it leaves; <see cref="Any"/> if it changes nothing.</param>
/// <param name="IsOptional">Whether it may have taken no effect.</param>
/// <param name="Guess">Where the search should try it first: its rank by place. It may be wrong; that costs time, not the verdict.</param>
readonly record struct RegisterCall(
    Operation Operation, long Begin, long End, int Needs, int Not, int Leaves, bool IsOptional, int Guess = int.MaxValue)
{
    public const int Absent = 0;
    public const int Any = -1;
    public const int Present = -2;

    public bool IsRead => Leaves == Any;

    public bool Allows(int state) =>
        (Needs == Any || Needs == state || (Needs == Present && state != Absent)) && (Not == Any || Not != state);

    /// <summary>The writes of a key, and its strong reads and refusals, by begin.</summary>
    public static List<RegisterCall> Of(KeyHistory key)
    {
        var numbers = new Dictionary<string, int>();
        var calls = new List<RegisterCall>(key.Attempts.Count + key.Reads.Count);
        // An ETag is used as a name for the value that it was shown with, never for its place in the order.
        var named = new Dictionary<Place, int>();
        foreach (var write in key.Attempts)
        {
            if (write is { Kind: OperationKind.Put, Outcome: Outcome.Ok, ETag: { } at, Value: { } value })
                named.TryAdd(at, Number(value));
        }
        foreach (var (read, item) in key.Reads)
        {
            if (item is { ETag: { } at, Value: { } value })
                named.TryAdd(at, Number(value));
            if (read.Level == Level.Strong && (item.ETag is null || item.Value is not null))
                calls.Add(new RegisterCall(read, read.Begin, read.End, item.Value is { } shown ? Number(shown) : Absent, Any, Any, false));
        }
        var ranks = new Dictionary<Operation, int>(ReferenceEqualityComparer.Instance);
        foreach (var placed in key.Writes)
            ranks.TryAdd(placed.Write, ranks.Count);
        foreach (var write in key.Attempts)
        {
            if (write.Outcome is Outcome.Ok or Outcome.Unknown)
                calls.Add(OfWrite(write));
            else if (write.Level == Level.Strong && OfRefusal(write) is { } refusal)
                calls.Add(refusal);
        }
        calls.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        return calls;

        int Number(string value) => numbers.TryGetValue(value, out var number) ? number : numbers[value] = numbers.Count + 1;

        RegisterCall OfWrite(Operation write)
        {
            var needs = write.MustBeAbsent ? Absent
                : write.Expected is { } expected ? named.GetValueOrDefault(expected, Present)
                : write.Kind == OperationKind.Delete ? Present : Any;
            var leaves = write is { Kind: OperationKind.Put, Value: { } value } ? Number(value) : Absent;
            var rank = ranks.GetValueOrDefault(write, int.MaxValue);
            return new RegisterCall(write, write.Begin, write.LatestEffect, needs, Any, leaves, write.Outcome == Outcome.Unknown, rank);
        }

        // What was expected and has no name was shown to nobody: any state may have refused it.
        RegisterCall? OfRefusal(Operation write) => write switch
        {
            { Outcome: Outcome.NotFound } => new RegisterCall(write, write.Begin, write.End, Absent, Any, Any, false),
            { Outcome: Outcome.PreconditionFailed, MustBeAbsent: true } => new RegisterCall(write, write.Begin, write.End, Present, Any, Any, false),
            { Outcome: Outcome.PreconditionFailed, Expected: { } expected } when named.TryGetValue(expected, out var number) =>
                new RegisterCall(write, write.Begin, write.End, Any, number, Any, false),
            _ => null,
        };
    }
}
