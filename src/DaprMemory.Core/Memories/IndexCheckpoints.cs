using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Memories;

/// <summary>
/// The memories of a space as an index sees them, saved in segments: each holds those that changed behind the one before it. They save
/// reading commits one by one, and nothing depends on them: the view says which memories there are, by their ETags, and what no segment
/// has is read from the log.
/// </summary>
internal sealed class IndexCheckpoints(ICommitStore store, SpaceId space, int maxItemBytes)
{
    /// <summary>Four chunks of at most 512 KiB in one answer stay below a sidecar's 4 MiB.</summary>
    const int ChunksPerRead = 4;

    /// <summary>The most segments; then all memories are saved anew in one.</summary>
    const int MaxSegments = 64;

    /// <summary>How many rows of memories that are no more are not worth saving the others anew.</summary>
    const int SpareRows = 1000;

    /// <summary>Reads all rows there are; what can't be read is left out.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async IAsyncEnumerable<MemoryDocument> LoadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (list, _) = await ReadPointerAsync(cancellationToken).ConfigureAwait(false);
        var keys = list.Segments.SelectMany(segment => Enumerable.Range(0, segment.Chunks).Select(i => StoreKeys.IndexChunk(space, segment.Since, segment.Version, i)));
        var reading = Task.FromResult(new List<MemoryDocument>());
        foreach (var some in keys.Chunk(ChunksPerRead).Append([]))
        {
            // The next ones are read while these are used.
            var documents = await reading.ConfigureAwait(false);
            reading = Task.Run(() => ReadAsync(some, cancellationToken), cancellationToken);
            foreach (var document in documents)
                yield return document;
        }
    }

    /// <summary>Saves what changed since the newest segment; <c>false</c>: nothing did, or it could not be finished (nothing points to it then).</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<bool> SaveAsync(OpenIndex index, CancellationToken cancellationToken)
    {
        var (list, etag) = await ReadPointerAsync(cancellationToken).ConfigureAwait(false);
        var (version, documents) = await index.SelectAsync(_ => true, cancellationToken).ConfigureAwait(false);
        var since = list.Segments is [.., var newest] ? newest.Version : 0;
        if (version <= since)
            return false;
        var changed = documents.Where(document => document.ETag.Commit > since).ToList();
        if (list.Segments.Count >= MaxSegments || list.Segments.Sum(segment => (long)segment.Rows) + changed.Count > 2L * documents.Count + SpareRows)
        {
            (since, changed) = (0, documents);
            list.Segments.Clear();
        }
        changed.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        var chunks = 0;
        foreach (var text in MemoryChunk.Encode(changed, maxItemBytes))
        {
            var key = StoreKeys.IndexChunk(space, since, version, chunks++);
            if (!await store.TryCreateAsync(key, text, cancellationToken).ConfigureAwait(false)
                && await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is null)
                return false;
        }
        list.Segments.Add(new IndexSegment { Since = since, Version = version, Chunks = chunks, Rows = changed.Count });
        var json = JsonSerializer.SerializeToUtf8Bytes(list, IndexCheckpointJson.Default.IndexCheckpointList);
        var pointer = StoreKeys.IndexPointer(space);
        return etag is null
            ? await store.TryCreateAsync(pointer, json, cancellationToken).ConfigureAwait(false)
            : await store.TryUpdateAsync(pointer, json, etag, cancellationToken).ConfigureAwait(false);
    }

    async Task<List<MemoryDocument>> ReadAsync(string[] keys, CancellationToken cancellationToken)
    {
        var documents = new List<MemoryDocument>();
        if (keys.Length == 0)
            return documents;
        var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        foreach (var key in keys)
            documents.AddRange(Decode(found.TryGetValue(key, out var hit) ? hit : await store.GetAsync(key, cancellationToken).ConfigureAwait(false)));
        return documents;
    }

    static List<MemoryDocument> Decode(StoredValue? stored)
    {
        try
        {
            if (stored is { } chunk)
                return MemoryChunk.Decode(chunk.Value.Span);
        }
        catch (FormatException)
        {
            // As if it were not there.
        }
        CoreInstruments.CheckpointFailures.Add(1);
        return [];
    }

    async Task<(IndexCheckpointList List, string? ETag)> ReadPointerAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(StoreKeys.IndexPointer(space), cancellationToken).ConfigureAwait(false) is not { } stored)
            return (new IndexCheckpointList(), null);
        try
        {
            return (JsonSerializer.Deserialize(stored.Value.Span, IndexCheckpointJson.Default.IndexCheckpointList) ?? new IndexCheckpointList(), stored.ETag);
        }
        catch (JsonException)
        {
            // A pointer that can't be read is replaced by the next one, under its own tag.
            CoreInstruments.CheckpointFailures.Add(1);
            return (new IndexCheckpointList(), stored.ETag);
        }
    }
}

/// <summary>What the pointer of a space's index holds: its segments, the oldest first.</summary>
internal sealed record IndexCheckpointList
{
    [JsonPropertyName("v")]
    public int Format { get; init; } = 1;

    [JsonPropertyName("segments")]
    public List<IndexSegment> Segments { get; init; } = [];
}

/// <summary>The memories that changed behind one version and up to another, and were there then.</summary>
internal sealed record IndexSegment
{
    [JsonPropertyName("since")]
    public required long Since { get; init; }

    [JsonPropertyName("n")]
    public required long Version { get; init; }

    [JsonPropertyName("chunks")]
    public required int Chunks { get; init; }

    [JsonPropertyName("rows")]
    public required int Rows { get; init; }
}

[JsonSerializable(typeof(IndexCheckpointList))]
internal sealed partial class IndexCheckpointJson : JsonSerializerContext;
