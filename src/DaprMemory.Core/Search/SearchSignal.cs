namespace DaprMemory.Core.Search;

/// <summary>What speaks for a memory, or against it.</summary>
public enum SearchSignal
{
    /// <summary>How well its words, and those that its neighbours lend it, fit those of the query: BM25 as a share of the words' rarity.</summary>
    Words,

    /// <summary>How well the words of its own text alone fit.</summary>
    OwnWords,

    /// <summary>How well the words of its whole conversation fit.</summary>
    Conversation,

    /// <summary>1 if the query names its author.</summary>
    Author,

    /// <summary>1 if it was said at a time that the query names.</summary>
    TimeSaid,

    /// <summary>The share of a time that it tells of which lies in one that the query names.</summary>
    TimeTold,

    /// <summary>1 if the query asks when, and it tells of a time.</summary>
    TimeAsked,

    /// <summary>1 if the query asks for a name, and it has one that is not its author's.</summary>
    NameAsked,

    /// <summary>The share of questions in its sentences.</summary>
    Questions,

    /// <summary>How long it is, from 0 for empty to 1 for 64 words and more, logarithmically.</summary>
    Length,

    /// <summary>How much nearer its vector is to the query's than the average one.</summary>
    Vector,

    /// <summary>The same of its neighbours</summary>
    VectorAround,

    /// <summary>How recent it is: 1 for now, half of that for every thirty days.</summary>
    Recency,

    /// <summary>Its importance.</summary>
    Importance,

    /// <summary>The score of the best hit that it is linked to.</summary>
    Links,
}
