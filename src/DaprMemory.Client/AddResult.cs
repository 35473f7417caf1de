using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>What became of a memory that was to be added.</summary>
public abstract record AddResult
{
    AddResult() { }

    /// <summary>It was added (now, or at an earlier attempt with the same idempotency key).</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="ETag">Its ETag.</param>
    /// <param name="Similar">The memories that are much like it, to which it is linked.</param>
    public sealed record Added(string Id, ETag ETag, IReadOnlyList<MemorySimilarity> Similar) : AddResult;

    /// <summary>It is there already; nothing was added.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="ETag">Its ETag.</param>
    /// <param name="IsMerged">It is not the same, only much like it, and stands for it by the tenant's policy.</param>
    public sealed record Known(string Id, ETag ETag, bool IsMerged) : AddResult;

    /// <summary>Another memory has the id that was given; nothing was added.</summary>
    /// <param name="Id">The id.</param>
    /// <param name="Current">The other one's ETag.</param>
    public sealed record Taken(string Id, ETag? Current) : AddResult;

    /// <summary>The memory that it was to supersede does not exist; nothing was added.</summary>
    /// <param name="Id">The one to be superseded.</param>
    public sealed record NotFound(string Id) : AddResult;
}
