namespace DaprMemory.Core.Search;

/// <summary>Which memories a search may find: those that fulfil all that is said.</summary>
public sealed record MemoryFilter
{
    /// <summary>Any that is valid at the time of asking.</summary>
    public static MemoryFilter None { get; } = new();

    /// <summary>The tags that they must all have.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The agents one of whom must have said it; empty for any.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>The session that they must come from; null for any or none.</summary>
    public string? Session { get; init; }

    /// <summary>Said at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Said before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>At least this important, from 0 to 1.</summary>
    public double MinImportance { get; init; }

    /// <summary>The time at which they must be valid; null for the time of asking.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether those whose validity has ended, or not begun, are found too.</summary>
    public bool IncludeInvalid { get; init; }
}
