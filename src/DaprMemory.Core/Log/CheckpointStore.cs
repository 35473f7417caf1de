using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Log;

/// <summary>A saved view and idempotency window. It only saves reading: the log is the truth, and a checkpoint that can't be used is passed over.</summary>
/// <param name="View">The view at the checkpoint's version.</param>
/// <param name="Window">The window at the same version.</param>
/// <param name="Bytes">The texts of its chunks, together.</param>
internal sealed record Checkpoint(View View, IdempotencyWindow Window, long Bytes);

/// <summary>Saves and loads the checkpoints of one space.</summary>
internal sealed class CheckpointStore(ICommitStore store, SpaceId space, int maxItemBytes = SpaceOptions.DefaultMaxItemBytes)
{
    /// <summary>Four chunks of at most 512 KiB in one answer stay below a sidecar's 4 MiB.</summary>
    const int ChunksPerRead = 4;

    /// <summary>How many checkpoints a pointer names; the older ones are thinned out.</summary>
    const int MaxListed = 64;

    /// <summary>How many dropped checkpoints a pointer remembers, so that it stays small where nobody removes them.</summary>
    const int MaxDropped = 4096;

    /// <summary>Loads the newest checkpoint at or before <paramref name="atMost"/>; null if there is none that can be used.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<Checkpoint?> LoadAsync(long atMost, CancellationToken cancellationToken)
    {
        var (list, _) = await ReadPointerAsync(cancellationToken).ConfigureAwait(false);
        foreach (var listed in list.Checkpoints)
        {
            if (listed.Version > atMost)
                continue;
            if (await LoadAsync(listed, cancellationToken).ConfigureAwait(false) is { } checkpoint)
                return checkpoint;
            CoreInstruments.CheckpointFailures.Add(1);
        }
        return null;
    }

    /// <summary>Saves a checkpoint; gives the bytes of its chunks, or null if it is not wanted or could not be finished (nothing points to it then).</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<long?> SaveAsync(View view, IReadOnlyCollection<IdempotencyWindow.Item> requests, CancellationToken cancellationToken)
    {
        var (list, etag) = await ReadPointerAsync(cancellationToken).ConfigureAwait(false);
        if (list.Checkpoints is [var newest, ..] && newest.Version >= view.Version)
            return null;
        var chunks = 0;
        long bytes = 0;
        foreach (var text in CheckpointChunk.Encode(view, requests, maxItemBytes))
        {
            var key = StoreKeys.CheckpointChunk(space, view.Version, chunks++);
            bytes += text.Length;
            if (!await store.TryCreateAsync(key, text, cancellationToken).ConfigureAwait(false)
                && await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is null)
                return null;
        }
        list.Checkpoints.Insert(0, new CheckpointPlace
        {
            Version = view.Version,
            Head = Base64Url.EncodeToString(view.Head.Span),
            At = view.At,
            Chunks = chunks,
            Rows = view.Count + requests.Count + view.Dependencies.Count,
            Bytes = bytes,
        });
        for (var i = list.Checkpoints.Count - 1; list.Checkpoints.Count > MaxListed && i > MaxListed / 2; i -= 2)
        {
            list.Dropped.Add(new DroppedCheckpoint { Version = list.Checkpoints[i].Version, Chunks = list.Checkpoints[i].Chunks });
            list.Checkpoints.RemoveAt(i);
        }
        list.Dropped.RemoveRange(0, Math.Max(0, list.Dropped.Count - MaxDropped));
        return await TrySavePointerAsync(list, etag, cancellationToken).ConfigureAwait(false) ? bytes : null;
    }

    /// <summary>
    /// Removes the chunks of the checkpoints that were dropped. A dropped version is older than the newest one listed, so it is never listed again:
    /// whoever is still saving it, or reading it by an older pointer, finds out that it does not count.
    /// </summary>
    /// <returns><c>false</c>: some may still be there, and the pointer remembers them.</returns>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<bool> TryRemoveDroppedAsync(IKeyRemover remover, CancellationToken cancellationToken)
    {
        var (list, etag) = await ReadPointerAsync(cancellationToken).ConfigureAwait(false);
        var removed = 0;
        foreach (var dropped in list.Dropped)
        {
            var keys = Enumerable.Range(0, dropped.Chunks).Select(i => StoreKeys.CheckpointChunk(space, dropped.Version, i));
            if ((await Task.WhenAll(keys.Select(key => remover.TryRemoveAsync(key, cancellationToken))).ConfigureAwait(false)).Contains(false))
                break;
            removed++;
        }
        if (removed == 0)
            return list.Dropped.Count == 0;
        var isAll = removed == list.Dropped.Count;
        list.Dropped.RemoveRange(0, removed);
        return await TrySavePointerAsync(list, etag, cancellationToken).ConfigureAwait(false) && isAll;
    }

    async Task<(CheckpointList List, string? ETag)> ReadPointerAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(StoreKeys.CheckpointPointer(space), cancellationToken).ConfigureAwait(false) is not { } stored)
            return (new CheckpointList(), null);
        return (CheckpointList.Parse(stored), stored.ETag);
    }

    Task<bool> TrySavePointerAsync(CheckpointList list, string? etag, CancellationToken cancellationToken)
    {
        var key = StoreKeys.CheckpointPointer(space);
        var json = JsonSerializer.SerializeToUtf8Bytes(list, CheckpointJson.Default.CheckpointList);
        return etag is null ? store.TryCreateAsync(key, json, cancellationToken) : store.TryUpdateAsync(key, json, etag, cancellationToken);
    }

    async Task<Checkpoint?> LoadAsync(CheckpointPlace place, CancellationToken cancellationToken)
    {
        var records = new List<KeyValuePair<RecordKey, RecordInfo>>(place.Rows);
        var window = new IdempotencyWindow();
        var dependencies = new List<KeyValuePair<string, long>>();
        long row = 0;
        for (var first = 0; first < place.Chunks; first += ChunksPerRead)
        {
            var keys = Enumerable.Range(first, Math.Min(ChunksPerRead, place.Chunks - first))
                .Select(i => StoreKeys.CheckpointChunk(space, place.Version, i)).ToArray();
            var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
            foreach (var key in keys)
            {
                var stored = found.TryGetValue(key, out var hit) ? hit : await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
                if (stored is not { } chunkText || Decode(place.Version, chunkText.Value) is not { } chunk || chunk.FirstRow != row)
                    return null;
                records.AddRange(chunk.Records);
                foreach (var request in chunk.Requests)
                    window.Add(request);
                dependencies.AddRange(chunk.Dependencies);
                row += chunk.Rows;
            }
        }
        return row == place.Rows
            ? new Checkpoint(View.From(place.Version, Base64Url.DecodeFromChars(place.Head), place.At, records, DependencySet.Of(dependencies)), window, place.Bytes)
            : null;
    }

    static CheckpointChunk? Decode(long version, ReadOnlyMemory<byte> text)
    {
        try
        {
            return CheckpointChunk.Decode(version, text.Span);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>What the pointer of a space holds: its checkpoints, the newest first.</summary>
internal sealed record CheckpointList
{
    [JsonPropertyName("v")]
    public int Format { get; init; } = 1;

    [JsonPropertyName("checkpoints")]
    public List<CheckpointPlace> Checkpoints { get; init; } = [];

    /// <summary>Checkpoints that were listed once, the oldest first, whose chunks may still be there.</summary>
    [JsonPropertyName("dropped")]
    public List<DroppedCheckpoint> Dropped { get; set; } = [];

    public static CheckpointList Parse(in StoredValue stored)
    {
        try
        {
            return JsonSerializer.Deserialize(stored.Value.Span, CheckpointJson.Default.CheckpointList) ?? new CheckpointList();
        }
        catch (JsonException)
        {
            // A pointer that can't be read is replaced by the next checkpoint, under its own tag.
            CoreInstruments.CheckpointFailures.Add(1);
            return new CheckpointList();
        }
    }
}

/// <summary>A checkpoint to which no pointer leads any more.</summary>
internal sealed record DroppedCheckpoint
{
    [JsonPropertyName("n")]
    public required long Version { get; init; }

    [JsonPropertyName("chunks")]
    public required int Chunks { get; init; }
}

/// <summary>One checkpoint as its pointer names it.</summary>
internal sealed record CheckpointPlace
{
    [JsonPropertyName("n")]
    public required long Version { get; init; }

    [JsonPropertyName("head")]
    public required string Head { get; init; }

    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    [JsonPropertyName("chunks")]
    public required int Chunks { get; init; }

    [JsonPropertyName("rows")]
    public required int Rows { get; init; }

    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }
}

[JsonSerializable(typeof(CheckpointList))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
