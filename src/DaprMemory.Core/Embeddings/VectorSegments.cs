using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// The vectors of one space by one model in the strong store: segments, numbered from 0, each written once. Several nodes may append to the
/// same sequence; a vector that is there twice does no harm.
/// </summary>
internal sealed class VectorSegments(ICommitStore store, SpaceId space, EmbeddingModel model, int maxItemBytes = SpaceOptions.DefaultMaxItemBytes)
{
    const int SegmentsPerRead = 4;

    int _next;

    /// <summary>How many vectors fit into one segment.</summary>
    public int Capacity { get; } = VectorSegment.Capacity(model.Dimensions, maxItemBytes);

    /// <summary>Reads on, up to the end that there certainly is. One that can't be used is counted and passed over.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer. What was read need not be read again.</exception>
    public async Task ReadAsync(Action<int, List<KeyValuePair<UInt128, QuantizedVector>>> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await store.GetManyAsync([.. Enumerable.Range(_next, SegmentsPerRead).Select(Key)], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < SegmentsPerRead; i++)
            {
                var stored = found.TryGetValue(Key(_next), out var hit) ? hit : await store.GetAsync(Key(_next), cancellationToken).ConfigureAwait(false);
                if (stored is not { } segment)
                    return;
                take(_next, Decode(segment.Value));
                _next++;
            }
        }
    }

    /// <summary>Reads one segment again; empty if it can't be used.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    public async Task<List<KeyValuePair<UInt128, QuantizedVector>>> ReadAsync(int number, CancellationToken cancellationToken) =>
        await store.GetAsync(Key(number), cancellationToken).ConfigureAwait(false) is { } stored ? Decode(stored.Value) : [];

    /// <summary>Appends a segment, or finds that another node has appended one.</summary>
    /// <param name="items">The vectors, at most <see cref="Capacity"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of the next segment and what it has, whoever wrote it; null: not known, try again.</returns>
    /// <exception cref="StoreUnavailableException">The store gave no answer; try again.</exception>
    public async Task<(int Number, List<KeyValuePair<UInt128, QuantizedVector>> Items)?> AppendAsync(
        List<KeyValuePair<UInt128, QuantizedVector>> items, CancellationToken cancellationToken)
    {
        var text = VectorSegment.Encode(model.Dimensions, items);
        if (await store.TryCreateAsync(Key(_next), text, cancellationToken).ConfigureAwait(false))
            return (_next++, items);
        if (await store.GetAsync(Key(_next), cancellationToken).ConfigureAwait(false) is not { } found)
            return null;
        return (_next++, found.Value.Span.SequenceEqual(text) ? items : Decode(found.Value));
    }

    List<KeyValuePair<UInt128, QuantizedVector>> Decode(ReadOnlyMemory<byte> text)
    {
        try
        {
            return VectorSegment.Decode(model.Dimensions, text.Span);
        }
        catch (FormatException)
        {
            EmbeddingInstruments.SegmentsSkipped.Add(1);
            return [];
        }
    }

    string Key(int number) => StoreKeys.Vectors(space, model.StoreName, number);
}
