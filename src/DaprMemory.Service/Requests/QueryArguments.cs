using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Requests;

/// <summary>Reads a request's query parameters and remembers the first one that breaks a rule.</summary>
internal sealed class QueryArguments(HttpRequest request)
{
    static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

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

    /// <summary>true or false; false when absent.</summary>
    public bool Flag(string name)
    {
        if (TryGet(name, out var text) && text is not ("true" or "false"))
            Refuse(name, $"{name} is true or false");
        return text == "true";
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

    /// <summary>One tag; null when absent.</summary>
    public string? Tag(string name)
    {
        if (TryGet(name, out var text) && RecordRules.CheckTags([text]) is { } rule)
            Refuse(name, rule);
        return text;
    }

    /// <summary>A time, UTC unless it says otherwise; null when absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!TryGet(name, out var text))
            return null;
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        foreach (var format in TimeFormats)
        {
            if (DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, Style, out var time))
                return time;
        }
        Refuse(name, $"{name} is a time of ISO 8601, such as 2026-03-01T09:30:00Z");
        return null;
    }

    /// <summary>The id of a memory; null when absent.</summary>
    public string? Id(string name)
    {
        if (TryGet(name, out var text) && MemoryId.Check(text) is { } rule)
            Refuse(name, rule);
        return text;
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
