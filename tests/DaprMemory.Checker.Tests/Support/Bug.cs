namespace DaprMemory.Checker.Tests.Support;

/// <summary>What can be wrong with a <see cref="Simulation"/>.</summary>
public enum Bug
{
    None,

    /// <summary>A strong read is served from an old view.</summary>
    StaleStrongRead,

    /// <summary>A strong read is served an old value under a new version.</summary>
    StaleStrongValue,

    /// <summary>A compare-and-set is checked against an old view.</summary>
    LostUpdate,

    /// <summary>A read shows a commit that is not saved, and never will be.</summary>
    DirtyRead,

    /// <summary>A deleted record is shown again from a cache.</summary>
    ResurrectedDelete,

    /// <summary>A session read is served by a node that is behind the client's own writes.</summary>
    BrokenReadYourWrites,

    /// <summary>A request is replayed and takes effect twice.</summary>
    DoubledWrite,

    /// <summary>A write is acknowledged but not saved.</summary>
    LostWrite,

    /// <summary>A read shows what nobody wrote.</summary>
    PhantomValue,

    /// <summary>A causal read forgets what the values it was shown depend on.</summary>
    BrokenCausality,

    /// <summary>An eventual read is older than the bound.</summary>
    StaleEventualRead,

    /// <summary>A read of several keys mixes two versions.</summary>
    TornMultiRead,

    /// <summary>A write whose precondition failed takes effect all the same.</summary>
    RefusedWriteTakesEffect,

    /// <summary>A search leaves out what its client wrote.</summary>
    SearchMissesWrite,

    /// <summary>A search shows what was deleted.</summary>
    SearchShowsDeleted,

    /// <summary>What is added twice is there twice.</summary>
    DuplicateMemory,

    /// <summary>An append is acknowledged but not saved.</summary>
    LostAppend,

    /// <summary>A retried append takes effect again.</summary>
    DoubledAppend,

    /// <summary>An append gets in before one that was there already.</summary>
    ReorderedAppends,

    /// <summary>A session that begins anew has the turns of the one before.</summary>
    ResurrectedSession,

    /// <summary>A node believes to know where a session ends.</summary>
    StaleEndOfSession,
}
