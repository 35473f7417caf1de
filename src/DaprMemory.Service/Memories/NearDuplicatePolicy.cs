namespace DaprMemory.Service.Memories;

/// <summary>What becomes of a memory that is added and is much like another.</summary>
public static class NearDuplicatePolicy
{
    /// <summary>It is added, with links to the others.</summary>
    public const string Link = "link";

    /// <summary>It is not added: the other one stands for it.</summary>
    public const string Merge = "merge";

    /// <summary>It is added; nobody looks for others.</summary>
    public const string Off = "off";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Link, Merge, Off];
}
