namespace DaprMemory.Core.Audit;

/// <summary>What of a tenant's logs is asked for; what is null is not.</summary>
/// <param name="Limit">The most events of a page.</param>
public sealed record AuditQuery(int Limit)
{
    /// <summary>Only what this agent did.</summary>
    public string? Agent { get; init; }

    /// <summary>Only what was done by this token or app; see <see cref="Log.Entry.Via"/>.</summary>
    public string? Via { get; init; }

    /// <summary>Only what is about a record of this key.</summary>
    public string? Key { get; init; }

    /// <summary>Only what is in this space.</summary>
    public string? Space { get; init; }

    /// <summary>Only what was done then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only what was done before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Where to go on.</summary>
    public AuditCursor? After { get; init; }

    internal bool Matches(AuditEvent one) =>
        (Agent is null || one.By == Agent) && (Via is null || one.Via == Via) && (Key is null || one.IsAbout(Key)) && (Space is null || one.Space == Space)
        && !(one.At < From) && !(one.At >= To);
}

/// <summary>A stretch of a tenant's logs.</summary>
/// <param name="Events">What was found: within a space in its order, the spaces in ordinal order of their names. It may be empty though there is more.</param>
/// <param name="Next">Where to go on; null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Events, AuditCursor? Next);
