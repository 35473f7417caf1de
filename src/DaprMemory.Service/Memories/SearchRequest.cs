using DaprMemory.Core.Search;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Memories;

/// <summary>What a client wants to find, and how much of it.</summary>
/// <param name="Query">What to find.</param>
/// <param name="Reach">How many turns around each hit to give with it, on either side.</param>
/// <param name="MaxTokens">How many tokens of text the answer may have.</param>
internal sealed record SearchRequest(MemoryQuery Query, int Reach, long MaxTokens)
{
    /// <summary>The longest query, in characters.</summary>
    public const int MaxQueryLength = 4096;

    /// <summary>The most hits.</summary>
    public const int MaxLimit = 100;

    /// <summary>The farthest turns around a hit.</summary>
    public const int MaxReach = 5;

    /// <summary>The most agents of a filter.</summary>
    public const int MaxAgents = 64;

    /// <summary>The names of modes.</summary>
    public static readonly IReadOnlyList<string> Modes = ["hybrid", "keyword", "vector"];

    /// <summary>Reads and checks a body.</summary>
    /// <param name="json">One JSON value, checked.</param>
    /// <param name="now">The time of asking.</param>
    /// <param name="request">What it says.</param>
    public static Problem? TryRead(ReadOnlySpan<byte> json, DateTimeOffset now, out SearchRequest request)
    {
        request = null!;
        if (MemoryReader.TryParse(json, MemoryBodyJson.Default.SearchBody, out var body) is { } malformed)
            return malformed;
        if (Check(body) is { } rule)
            return Problem.Invalid(ProblemTypes.InvalidRequest, rule);
        var query = new MemoryQuery(body.Query!, now)
        {
            Mode = body.Mode is null ? SearchMode.Hybrid : (SearchMode)IndexOf(body.Mode),
            Filter = body.Filter is { } filter ? ToFilter(filter) : MemoryFilter.None,
            Limit = body.Limit ?? MemoryQuery.DefaultLimit,
            MinScore = body.MinScore ?? 0,
        };
        request = new SearchRequest(query, body.Context ?? 0, body.MaxTokens ?? long.MaxValue);
        return null;
    }

    static string? Check(SearchBody body) =>
        string.IsNullOrWhiteSpace(body.Query) || body.Query.Length > MaxQueryLength ? $"a search has a query of at most {MaxQueryLength} characters"
        : body.Mode is { } mode && IndexOf(mode) < 0 ? "mode is hybrid, keyword or vector"
        : body.Limit is < 1 or > MaxLimit ? $"limit is a whole number from 1 to {MaxLimit}"
        : body.MinScore is not null and not (>= 0 and <= 1) ? "minScore is a number from 0 to 1"
        : body.MaxTokens < 1 ? "maxTokens is a whole number from 1"
        : body.Context is < 0 or > MaxReach ? $"context is a whole number from 0 to {MaxReach}"
        : body.Filter is { } filter ? Check(filter)
        : null;

    static string? Check(SearchFilterBody filter) =>
        filter.Tags is { } tags && (tags.Contains(null) ? "a tag is a string" : RecordRules.CheckTags(tags)) is { } tagRule ? tagRule
        : filter.Agents is { } agents && (agents.Length is 0 or > MaxAgents || agents.Any(agent => agent is null || MemoryRules.CheckAgent(agent) is not null))
            ? $"a filter has 1 to {MaxAgents} agents"
        : filter.Session is { } session && MemoryRules.CheckSession(session) is { } sessionRule ? sessionRule
        : filter.To <= filter.From ? "to is later than from"
        : filter.MinImportance is not null and not (>= 0 and <= 1) ? "minImportance is a number from 0 to 1"
        : null;

    static MemoryFilter ToFilter(SearchFilterBody body) => new()
    {
        Tags = body.Tags ?? [],
        Agents = body.Agents ?? [],
        Session = body.Session,
        From = body.From,
        To = body.To,
        MinImportance = body.MinImportance ?? 0,
        AsOf = body.AsOf,
        IncludeInvalid = body.IncludeInvalid ?? false,
    };

    static int IndexOf(string mode)
    {
        for (var i = 0; i < Modes.Count; i++)
        {
            if (Modes[i] == mode)
                return i;
        }
        return -1;
    }
}
