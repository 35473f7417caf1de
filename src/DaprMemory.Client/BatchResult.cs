using System.Text.Json.Serialization;
using DaprMemory.Client.Transport;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>What became of a batch of memories: <see cref="Committed"/>, or a reason that the caller has to handle, and then nothing was written.</summary>
public abstract record BatchResult
{
    BatchResult() { }

    /// <summary>All of them are there.</summary>
    /// <param name="Version">The space's version that holds them.</param>
    /// <param name="Items">One for each memory, in order.</param>
    public sealed record Committed(long Version, IReadOnlyList<BatchItem> Items) : BatchResult;

    /// <summary>Another memory has an id that was given.</summary>
    /// <param name="Index">The memory's place in the batch.</param>
    /// <param name="Id">The id.</param>
    /// <param name="Current">The other one's ETag.</param>
    public sealed record Taken(int Index, string Id, ETag? Current) : BatchResult;

    /// <summary>A memory that was to be superseded does not exist.</summary>
    /// <param name="Index">The place of the one that supersedes it in the batch.</param>
    /// <param name="Id">The one to be superseded.</param>
    public sealed record NotFound(int Index, string Id) : BatchResult;
}

/// <summary>What became of a memory of a batch.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Created">Whether there was none before.</param>
/// <param name="Duplicate">Whether it was there already, and nothing was added.</param>
public sealed record BatchItem(string Id, [property: JsonConverter(typeof(ETagConverter))] ETag ETag, bool Created, bool Duplicate = false);
