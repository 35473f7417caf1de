using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Transactions;

/// <summary>Reads the body of a transaction. Values are not copied: they are slices of the body, byte for byte.</summary>
/// <remarks>Members that it does not know are refused, because a misspelt precondition must not be ignored.</remarks>
internal static class TransactionReader
{
    /// <summary>The most changes of one transaction.</summary>
    public const int MaxChanges = 1000;

    /// <summary>How deep the body may nest: its values lie in a change, in the list, in the root.</summary>
    public const int MaxDepth = JsonText.MaxDepth + 3;

    /// <summary>Reads the body.</summary>
    /// <param name="body">One JSON value, checked.</param>
    /// <param name="mutations">The changes it asks for.</param>
    public static Problem? TryRead(ReadOnlyMemory<byte> body, out IReadOnlyList<Mutation> mutations)
    {
        var list = new List<Mutation>();
        mutations = list;
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read()
            || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("changes"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return Invalid("a transaction is an object with one member, changes, an array");

        var keys = new HashSet<string>(StringComparer.Ordinal);
        long valueBytes = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var where = $"changes[{list.Count}]";
            if (list.Count == MaxChanges)
                return Invalid($"a transaction has 1 to {MaxChanges} changes");
            var change = new ChangeReader(body);
            if (change.TryRead(ref reader) is { } rule)
                return Invalid(rule, where);
            if (Names.CheckKey(change.Key) is { } keyRule)
                return Problem.Invalid(ProblemTypes.InvalidKey, keyRule, where);
            if (!keys.Add(change.Key!))
                return Invalid("a transaction has each key once", where);
            var mutation = change.ToMutation();
            valueBytes += mutation.Value.Length;
            list.Add(mutation);
        }
        reader.Read();
        return reader.TokenType != JsonTokenType.EndObject ? Invalid("a transaction has no member but changes")
            : list.Count == 0 ? Invalid($"a transaction has 1 to {MaxChanges} changes")
            : valueBytes > SpaceOptions.MaxValueBytes ? Problem.ValueTooLarge(SpaceOptions.MaxValueBytes, "all values of the transaction together")
            : null;
    }

    static Problem Invalid(string rule, string? where = null) => Problem.Invalid(ProblemTypes.InvalidRequest, rule, where);
}
