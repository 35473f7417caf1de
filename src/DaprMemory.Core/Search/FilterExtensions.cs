namespace DaprMemory.Core.Search;

/// <summary>What a filter lets through.</summary>
internal static class FilterExtensions
{
    /// <summary>Whether a memory may be found at a time of asking.</summary>
    public static bool Allows(this MemoryFilter filter, MemoryDocument document, DateTimeOffset now) =>
        !(document.ExpiresAt <= now)
        && (filter.IncludeInvalid || document.IsValidAt(filter.AsOf ?? now))
        && (filter.Session is null || string.Equals(filter.Session, document.Session, StringComparison.Ordinal))
        && !(document.At < filter.From)
        && !(document.At >= filter.To)
        && document.Importance >= filter.MinImportance
        && (filter.Agents.Count == 0 || filter.Agents.Contains(document.Agent, StringComparer.Ordinal))
        && (filter.Tags.Count == 0 || document.HasAll(filter.Tags));

    static bool HasAll(this MemoryDocument document, IReadOnlyList<string> tags) =>
        document.Tags is { } own && tags.All(tag => own.Contains(tag, StringComparer.Ordinal));

    static bool IsValidAt(this MemoryDocument document, DateTimeOffset time) => !(document.ValidFrom > time) && !(document.ValidTo <= time);
}
