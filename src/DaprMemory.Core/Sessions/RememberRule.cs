namespace DaprMemory.Core.Sessions;

/// <summary>What becomes of turns that are remembered.</summary>
public sealed record RememberRule
{
    /// <summary>Only turns in these roles; null or empty for all.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The tags of the memories; null for none.</summary>
    public string[]? Tags { get; init; }

    /// <summary>How much the memories matter, from 0 to 1; null: nobody said.</summary>
    public double? Importance { get; init; }

    /// <summary>How long the memories live; null for ever.</summary>
    public TimeSpan? TimeToLive { get; init; }
}
