namespace DaprMemory.Core.Search;

/// <summary>
/// Finds the memories of one space. What it holds is a picture of the log that can be built again. Searches may run beside each other and
/// beside a change; changes come one after the other.
/// </summary>
public interface IMemoryIndex
{
    /// <summary>How many memories it holds.</summary>
    int Count { get; }

    /// <summary>How many of them have no vector yet.</summary>
    int WithoutVector { get; }

    /// <summary>How much memory it takes, estimated.</summary>
    long EstimatedBytes { get; }

    /// <summary>Adds a memory, or replaces the one with its id; the vector of the one replaced stays if the text is the same.</summary>
    void Put(MemoryDocument document);

    /// <summary>Removes a memory, if it is there.</summary>
    void Remove(string id);

    /// <summary>Gives a memory its vector.</summary>
    /// <param name="id">The memory.</param>
    /// <param name="text">The text that the vector is of.</param>
    /// <param name="vector">The vector, of unit length.</param>
    /// <returns>Whether there is such a memory with such a text.</returns>
    bool SetVector(string id, string text, ReadOnlySpan<float> vector);

    /// <summary>How many memories have a vector of the model before the one in use, by which queries are answered until all have one of that.</summary>
    int WithFormerVector => 0;

    /// <summary>Gives a memory its vector of the model before.</summary>
    /// <returns>Whether there is such a memory, and somebody needs it still.</returns>
    /// <inheritdoc cref="SetVector" />
    bool SetFormerVector(string id, string text, ReadOnlySpan<float> vector) => false;

    /// <summary>The text of which a query's vector is to be made: a question about an author of this index is put as the author would put it.</summary>
    string TextForVector(string query) => query;

    /// <summary>Finds the memories that answer a query, the best first.</summary>
    ValueTask<MemorySearchResult> SearchAsync(MemoryQuery query, CancellationToken cancellationToken);
}
