using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Requests;

/// <summary>Reads a request's query parameters and remembers the first one that breaks a rule.</summary>
internal sealed class QueryArguments(HttpRequest request)
{
    readonly IQueryCollection _query = request.Query;

    /// <summary>What is wrong with the parameters read so far.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>A whole number; null when absent.</summary>
    public long? Number(string name, long min, long max)
    {
        if (!TryGet(name, out var text))
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Refuse(name, max == long.MaxValue ? $"{name} is a whole number from {min}" : $"{name} is a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A record's life; null when absent.</summary>
    public TimeSpan? TimeToLive() =>
        Number("ttl", 1, RecordRules.MaxTimeToLiveSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A record's tags; null when absent.</summary>
    public string[]? Tags()
    {
        if (!TryGet("tags", out var text))
            return null;
        var tags = text.Split(',');
        if (RecordRules.CheckTags(tags) is not { } rule)
            return tags;
        Refuse("tags", rule);
        return null;
    }

    /// <summary>A whole state key; null when absent.</summary>
    public string? Key(string name) => Text(name, text => Names.CheckKey(text));

    /// <summary>A text that obeys a rule; null when absent.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="check">Gives the rule that the text breaks, or null.</param>
    public string? Text(string name, Func<string, string?> check)
    {
        if (TryGet(name, out var text) && check(text) is { } rule)
            Refuse(name, rule);
        return text;
    }

    /// <summary>What state keys may begin with; empty when absent.</summary>
    public string KeyPrefix(string name)
    {
        if (!TryGet(name, out var text) || text.Length == 0)
            return "";
        // It is the beginning of a key if it is one with another character behind it.
        if (Names.CheckKey(text.Length < Names.MaxKeyLength ? text + "x" : text) is { } rule)
            Refuse(name, rule);
        return text;
    }

    bool TryGet(string name, [NotNullWhen(true)] out string? text)
    {
        var values = _query[name];
        text = values.Count == 0 ? null : values[0] ?? "";
        if (values.Count > 1)
            Refuse(name, $"{name} is given once");
        return text is not null;
    }

    void Refuse(string name, string rule) => Problem ??= Problem.Invalid(ProblemTypes.InvalidQuery, rule, name);
}
