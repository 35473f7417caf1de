using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Embeddings;

/// <summary>The vectors that a space's memories have of the model before: read from the store, where they were left, and never made.</summary>
internal sealed class FormerVectors(SpaceId space, ICommitStore store, EmbeddingScheduler scheduler, Action<string, string, ReadOnlyMemory<float>> deliver)
{
    /// <summary>Delivers what the store has. A store that does not answer is asked until it does.</summary>
    public async Task LoadAsync(IEnumerable<MemoryDocument> documents, CancellationToken cancellationToken)
    {
        var byKey = documents.ToLookup(document => scheduler.Model.KeyOf(document.Text));
        var segments = new VectorSegments(store, space, scheduler.Model);
        for (var failures = 1; ; failures++)
        {
            try
            {
                await segments.ReadAsync((_, items) => Take(byKey, items), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(scheduler.Options.PauseAfter(failures), scheduler.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    void Take(ILookup<UInt128, MemoryDocument> byKey, List<KeyValuePair<UInt128, QuantizedVector>> items)
    {
        foreach (var (key, vector) in items)
        {
            if (!byKey.Contains(key))
                continue;
            var numbers = vector.ToVector();
            foreach (var document in byKey[key])
                deliver(document.Id, document.Text, numbers);
        }
    }
}
