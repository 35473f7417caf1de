namespace DaprMemory.Client;

/// <summary>How turns are appended.</summary>
public sealed record AppendOptions
{
    /// <summary>
    /// How long the session is kept behind its last turn, in whole seconds; null for what its tenant has. A session that began with another
    /// one refuses the append.
    /// </summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Names this append, so that sending it again does not do it again: 1 to 128 visible ASCII characters. Null for a new one.</summary>
    public string? IdempotencyKey { get; init; }
}
