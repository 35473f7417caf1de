using System.Text.Json;
using System.Text.RegularExpressions;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>
/// The condition of a routing rule. Of the language that Dapr has (CEL) this is the part for text attributes:
/// <c>event.type == "x"</c>, <c>has(event.subject)</c>, joined by <c>&amp;&amp;</c> and <c>||</c>.
/// </summary>
internal sealed partial class RouteMatch
{
    // Any of them, each all of its terms: && binds more than ||, and there are no brackets.
    readonly List<List<Term>> _alternatives;

    RouteMatch(List<List<Term>> alternatives) => _alternatives = alternatives;

    /// <summary>Reads a condition; null: it is not of the supported part.</summary>
    public static RouteMatch? TryParse(string text)
    {
        var alternatives = new List<List<Term>> { new() };
        var rest = text.AsSpan().Trim();
        while (true)
        {
            var match = TermPattern().Match(rest.ToString());
            if (!match.Success)
                return null;
            var equals = match.Groups["value"];
            alternatives[^1].Add(new Term(match.Groups["name"].Value, equals.Success ? equals.Value : null));
            rest = rest[match.Length..].TrimStart();
            if (rest.IsEmpty)
                return new RouteMatch(alternatives);
            if (rest.StartsWith("||"))
                alternatives.Add([]);
            else if (!rest.StartsWith("&&"))
                return null;
            rest = rest[2..].TrimStart();
        }
    }

    /// <summary>Whether an event fulfils it.</summary>
    public bool Admits(Dictionary<string, string> attributes) =>
        _alternatives.Exists(terms => terms.TrueForAll(term =>
            attributes.TryGetValue(term.Name, out var value) && (term.Value is null || term.Value == value)));

    /// <summary>The attributes of an event, which are the members at its top that are texts; others count as empty.</summary>
    public static Dictionary<string, string> AttributesOf(ReadOnlySpan<byte> body)
    {
        var attributes = new Dictionary<string, string>();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextOf(reader);
            reader.Read();
            attributes[name] = reader.TokenType == JsonTokenType.String ? TextOf(reader) : "";
            reader.Skip();
        }
        return attributes;
    }

    static string TextOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return ""; // half of a surrogate pair equals nothing that a rule can say
        }
    }

    [GeneratedRegex("""^(has\(\s*event\.(?<name>\w+)\s*\)|event\.(?<name>\w+)\s*==\s*("(?<value>[^"\\]*)"|'(?<value>[^'\\]*)'))""")]
    private static partial Regex TermPattern();

    /// <summary>An attribute that must be there, and be this unless the value is null.</summary>
    readonly record struct Term(string Name, string? Value);
}
