namespace DaprMemory.Core.Spaces;

/// <summary>How a node keeps its open spaces.</summary>
public sealed record SpaceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Spaces";
}
