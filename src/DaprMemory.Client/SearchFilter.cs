namespace DaprMemory.Client;

/// <summary>Which memories a search may find: those that fulfil all that is said.</summary>
public sealed record SearchFilter
{
    /// <summary>The tags that they must all have.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The agents one of whom must have said it.</summary>
    public IReadOnlyList<string>? Agents { get; init; }

    /// <summary>The session that they must come from.</summary>
    public string? Session { get; init; }

    /// <summary>Said at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Said before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>At least this important, from 0 to 1.</summary>
    public double? MinImportance { get; init; }

    /// <summary>The time at which they must be valid; null for now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether those are found, too, whose validity has ended or not begun.</summary>
    public bool? IncludeInvalid { get; init; }
}
