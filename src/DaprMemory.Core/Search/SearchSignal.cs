namespace DaprMemory.Core.Search;

/// <summary>What speaks for a memory, or against it.</summary>
public enum SearchSignal
{
    /// <summary>How well its words, and those that its neighbours lend it, fit those of the query: BM25 as a share of what the rarity of the words allows.</summary>
    Words,

    /// <summary>How well the words of its whole conversation fit, in the same way; outside of conversations that of <see cref="Words"/>.</summary>
    Conversation,

    /// <summary>1 if the query names its author.</summary>
    Author,

    /// <summary>1 if it was said at a time that the query names.</summary>
    TimeSaid,

    /// <summary>The share of a time that it tells of which lies in one that the query names.</summary>
    TimeTold,

    /// <summary>1 if the query asks when, and it tells of a time.</summary>
    TimeAsked,

    /// <summary>1 if the query asks for somebody or something with a name, and it has a name in it that is no author's.</summary>
    NameAsked,

    /// <summary>The share of questions in its sentences.</summary>
    Questions,

    /// <summary>How long it is: 0 for empty to 1 for 64 words and more, logarithmically.</summary>
    Length,

    /// <summary>How near its vector is to the query's, in standard deviations from the average of all; 0 if it has none.</summary>
    Vector,

    /// <summary>The best <see cref="Vector"/> among it and its two neighbours.</summary>
    VectorAround,

    /// <summary>How recent it is: 1 for now, half of that for every thirty days.</summary>
    Recency,

    /// <summary>Its importance, from 0 to 1.</summary>
    Importance,

    /// <summary>The score of the best hit to which it is linked, either way.</summary>
    Links,
}
