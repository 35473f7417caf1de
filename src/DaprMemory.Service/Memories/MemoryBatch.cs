using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Memories;

/// <summary>Several memories that are about to be written in one entry.</summary>
internal sealed class MemoryBatch(MemoryReader reader, DateTimeOffset now)
{
    readonly List<Mutation> _mutations = [];
    readonly List<int> _items = [];
    readonly List<Item> _answers = [];
    readonly Dictionary<RecordKey, int> _added = [];

    /// <summary>What to change; each record once.</summary>
    public IReadOnlyList<Mutation> Mutations => _mutations;

    /// <summary>Reads the body.</summary>
    /// <param name="json">One JSON value, checked.</param>
    public Problem? TryRead(ReadOnlySpan<byte> json)
    {
        if (MemoryReader.TryParse(json, MemoryBodyJson.Default.BatchBody, out var body) is { } malformed)
            return malformed;
        if (body.Memories is not { Length: >= 1 and <= AddMemories.MaxMemories } memories)
            return Invalid($"a batch has 1 to {AddMemories.MaxMemories} memories");
        for (var i = 0; i < memories.Length; i++)
        {
            var where = $"memories[{i}]";
            if (memories[i] is not { } item)
                return Invalid("a memory is an object", where);
            if (item.Op is not (null or "add" or "put"))
                return Invalid("op is add or put", where);
            if (reader.TryRead(item, where, out var memory) is { } invalid)
                return invalid;
            if (Add(i, memory, isPut: item.Op == "put") is { } rule)
                return Invalid(rule, where);
        }
        long bytes = 0;
        foreach (var mutation in _mutations)
            bytes += mutation.Value.Length;
        return bytes > SpaceOptions.MaxValueBytes ? Problem.ValueTooLarge(SpaceOptions.MaxValueBytes, "all memories of the batch together") : null;
    }

    /// <summary>Which memory of the request asked for a mutation.</summary>
    public int ItemOf(int mutation) => _items[mutation];

    /// <summary>What became of each memory.</summary>
    /// <param name="results">One for each mutation.</param>
    public IReadOnlyList<BatchItemAnswer> ToAnswers(IReadOnlyList<MutationResult> results)
    {
        return [.. _answers.Select(ToAnswer)];

        BatchItemAnswer ToAnswer(Item item)
        {
            var result = results[item.Mutation];
            var created = result.Created && !item.IsRepeated;
            return new BatchItemAnswer(result.Key.Key, result.ETag!.Value.ToString(), created, item.IsAdd && !created ? true : null);
        }
    }

    string? Add(int item, NewMemory memory, bool isPut)
    {
        var add = isPut ? memory.ToPut(default) : memory.ToAdd();
        if (_added.TryGetValue(memory.Key, out var known))
        {
            // The same text twice is one memory, in a batch as elsewhere.
            if (add.Kind != MutationKind.Add || _mutations[known].Kind != MutationKind.Add || memory.Content.Supersedes is not null)
                return "a batch has each id once, and supersedes each memory once";
            _answers.Add(new Item(known, true, true));
            return null;
        }
        _answers.Add(new Item(_mutations.Count, !isPut, false));
        return Append(item, add) ?? (memory.ToClose(now) is { } close ? Append(item, close) : null);
    }

    string? Append(int item, Mutation mutation)
    {
        if (!_added.TryAdd(mutation.Key, _mutations.Count))
            return "a batch has each id once, and supersedes each memory once";
        _mutations.Add(mutation);
        _items.Add(item);
        return null;
    }

    static Problem Invalid(string rule, string? where = null) => Problem.Invalid(ProblemTypes.InvalidRequest, rule, where);

    readonly record struct Item(int Mutation, bool IsAdd, bool IsRepeated);
}
