using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Sessions;

/// <summary>The summaries of one session in the hot store, each of all turns from the first to another one. They can be made again.</summary>
internal sealed class SummaryStore(ICommitStore store, string key, TimeSpan timeToLive)
{
    /// <summary>How many are kept; older ones are thinned out.</summary>
    const int MaxKept = 16;

    /// <summary>The summaries, the longest first.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<(IReadOnlyList<Summary> Summaries, string? ETag)> LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } stored)
            return ([], null);
        try
        {
            return (JsonSerializer.Deserialize(stored.Value.Span, SummaryJson.Default.IReadOnlyListSummary) ?? [], stored.ETag);
        }
        catch (JsonException)
        {
            // What can't be read is replaced by the next one, under its own tag.
            SessionInstruments.UpkeepFailures.Add(1);
            return ([], stored.ETag);
        }
    }

    /// <summary>Adds a summary to those that were loaded, unless another node changed them first.</summary>
    public Task<bool> TryAddAsync(Summary summary, IReadOnlyList<Summary> loaded, string? etag, CancellationToken cancellationToken)
    {
        List<Summary> kept = [summary, .. loaded];
        for (var i = kept.Count - 1; kept.Count > MaxKept && i > MaxKept / 2; i -= 2)
            kept.RemoveAt(i);
        var json = JsonSerializer.SerializeToUtf8Bytes(kept, SummaryJson.Default.IReadOnlyListSummary);
        return etag is null
            ? store.TryCreateAsync(key, json, timeToLive, cancellationToken)
            : store.TryUpdateAsync(key, json, etag, timeToLive, cancellationToken);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Summary>))]
internal sealed partial class SummaryJson : JsonSerializerContext;
