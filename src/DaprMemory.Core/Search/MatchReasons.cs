namespace DaprMemory.Core.Search;

/// <summary>Why a memory was found.</summary>
[Flags]
public enum MatchReasons
{
    /// <summary>For no reason.</summary>
    None = 0,

    /// <summary>Words of the query stand in it.</summary>
    Keyword = 1,

    /// <summary>It means something like the query.</summary>
    Vector = 2,

    /// <summary>Words of the query stand in its neighbours, which lend it context.</summary>
    Context = 4,

    /// <summary>Its author is named in the query.</summary>
    Author = 8,

    /// <summary>It was said, or tells of something, when the query asks.</summary>
    Time = 16,

    /// <summary>It is linked to another hit.</summary>
    Links = 32,

    /// <summary>It is recent.</summary>
    Recency = 64,
}
