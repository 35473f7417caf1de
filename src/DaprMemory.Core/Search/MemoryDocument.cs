using DaprMemory.Core.State;

namespace DaprMemory.Core.Search;

/// <summary>A memory as an index sees it.</summary>
/// <param name="Id">Its id in its space.</param>
/// <param name="ETag">Its last change.</param>
/// <param name="Text">What is remembered.</param>
/// <param name="Agent">Who said or wrote it.</param>
/// <param name="At">When it was said or written.</param>
public sealed record MemoryDocument(string Id, ETag ETag, string Text, string Agent, DateTimeOffset At)
{
    /// <summary>The tags, or null for none.</summary>
    public string[]? Tags { get; init; }

    /// <summary>How much it matters, from 0 to 1.</summary>
    public double Importance { get; init; } = 0.5;

    /// <summary>The conversation that it comes from, if any. Memories of one session that have turns lend each other context.</summary>
    public string? Session { get; init; }

    /// <summary>Its place in that conversation, from 1.</summary>
    public long? Turn { get; init; }

    /// <summary>When what it says began to be true; null for always.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>When what it says ceased to be true; null for not yet.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>When it ceases to exist; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The ids of memories that it is linked to, or null for none.</summary>
    public string[]? Links { get; init; }
}
