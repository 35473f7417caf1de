namespace DaprMemory.Core.Spaces;

/// <summary>What a token had no room for.</summary>
[Flags]
public enum TokenGaps : byte
{
    /// <summary>It names everything.</summary>
    None = 0,

    /// <summary>Some of what its holder depends on by what it has read.</summary>
    Dependencies = 0x40,

    /// <summary>Some of what its holder itself has seen.</summary>
    Seen = 0x80,
}
