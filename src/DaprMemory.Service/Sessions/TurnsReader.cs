using System.Text.Json;
using DaprMemory.Core.Sessions;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Sessions;

/// <summary>Reads the body of an append: a turn, or <c>{"turns":[…]}</c>.</summary>
internal static class TurnsReader
{
    /// <summary>How deep the body may nest: parts and metadata lie in a turn, in the list, in the root.</summary>
    public const int MaxDepth = JsonText.MaxDepth + 3;

    /// <summary>Reads the body.</summary>
    /// <param name="body">One JSON value, checked.</param>
    /// <param name="agent">Who said what does not say who did.</param>
    /// <param name="now">When what does not say when was said.</param>
    /// <param name="turns">The turns, in order.</param>
    public static Problem? TryRead(ReadOnlyMemory<byte> body, string agent, DateTimeOffset now, out IReadOnlyList<Turn> turns)
    {
        var list = new List<Turn>();
        turns = list;
        var reader = NewReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Invalid("an append is a turn or an object with one member, turns, an array");
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("turns"u8))
        {
            reader = NewReader(body);
            reader.Read();
            return TryReadTurn(ref reader, null);
        }
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return Invalid("turns is an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (list.Count == SessionsOptions.MaxRequestTurns)
                return Invalid($"an append has 1 to {SessionsOptions.MaxRequestTurns} turns");
            if (TryReadTurn(ref reader, $"turns[{list.Count}]") is { } invalid)
                return invalid;
        }
        reader.Read();
        return reader.TokenType != JsonTokenType.EndObject ? Invalid("an append has no member but turns")
            : list.Count == 0 ? Invalid($"an append has 1 to {SessionsOptions.MaxRequestTurns} turns")
            : null;

        Problem? TryReadTurn(ref Utf8JsonReader reader, string? where)
        {
            var turn = new TurnReader(body);
            if (turn.TryRead(ref reader) is { } rule)
                return Invalid(rule, where);
            list.Add(turn.ToTurn(agent, now));
            return null;
        }
    }

    static Utf8JsonReader NewReader(ReadOnlyMemory<byte> body) => new(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });

    static Problem Invalid(string rule, string? where = null) => Problem.Invalid(ProblemTypes.InvalidRequest, rule, where);
}
