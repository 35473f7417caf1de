using System.Diagnostics;
using System.Numerics.Tensors;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// A node's way to its model, shared by all its spaces: texts in batches, space after space in turn, and queries beside them. A model that
/// fails is asked again after a pause that grows; nothing is lost meanwhile.
/// </summary>
public sealed class EmbeddingScheduler : IAsyncDisposable
{
    readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    readonly Channel<VectorPipeline> _ready = Channel.CreateUnbounded<VectorPipeline>();
    readonly CancellationTokenSource _stopping = new();
    readonly QueryVectors _queries;
    readonly Action<Exception>? _onFailure;
    readonly Task _working;
    int _failures;

    /// <summary>Creates a scheduler, which begins to work when a space has something to embed.</summary>
    /// <param name="generator">The model; it must say its name and dimensions. It is not disposed of.</param>
    /// <param name="options">How it works.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Hears of the first of several failures in a row.</param>
    public EmbeddingScheduler(
        IEmbeddingGenerator<string, Embedding<float>> generator, SchedulerOptions options, TimeProvider time, Action<Exception>? onFailure = null)
    {
        (_generator, _onFailure) = (generator, onFailure);
        (Options, Time) = (options, time);
        Model = EmbeddingModel.Of(generator);
        _queries = new QueryVectors(async (text, cancellationToken) => (await GenerateAsync([text], cancellationToken).ConfigureAwait(false))[0], options, time);
        _working = Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>The model.</summary>
    public EmbeddingModel Model { get; }

    internal SchedulerOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>Gives the vector of a query, before all that waits in the background.</summary>
    /// <param name="text">The query.</param>
    /// <param name="deadline">How long the caller can wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The vector, of unit length; null if the model fails or is too slow: search without it, and say so.</returns>
    public async Task<ReadOnlyMemory<float>?> EmbedQueryAsync(string text, TimeSpan deadline, CancellationToken cancellationToken) =>
        // The cast is needed: a bare null would become an empty memory.
        await _queries.GetAsync(text, deadline, cancellationToken).ConfigureAwait(false) is { } vector ? vector : (ReadOnlyMemory<float>?)null;

    /// <summary>Ends what is under way. What waits stays with the spaces.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _ready.Writer.TryComplete();
        await _working.ConfigureAwait(false);
        _queries.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Puts a space at the end of the row of those that have something to embed; it must not stand there already.</summary>
    internal void Add(VectorPipeline pipeline) => _ready.Writer.TryWrite(pipeline);

    async Task WorkAsync()
    {
        try
        {
            await foreach (var pipeline in _ready.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (Volatile.Read(ref _failures) is > 0 and var failures)
                    await Task.Delay(Options.PauseAfter(failures), Time, _stopping.Token).ConfigureAwait(false);
                if (pipeline.Take(Options.BatchSize) is { Count: > 0 } batch)
                    await EmbedAsync(pipeline, batch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }

    async Task EmbedAsync(VectorPipeline pipeline, IReadOnlyList<EmbeddingWork> batch)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var vectors = await GenerateAsync([.. batch.Select(work => work.Text)], _stopping.Token).ConfigureAwait(false);
            Volatile.Write(ref _failures, 0);
            EmbeddingInstruments.BatchSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            EmbeddingInstruments.Embedded.Add(batch.Count);
            pipeline.Complete(batch, [.. vectors.Select(vector => QuantizedVector.Of(vector))]);
        }
        catch (EmbeddingRefusedException) when (batch.Count > 1)
        {
            // One of them is refused: which one, the halves will tell.
            await EmbedAsync(pipeline, [.. batch.Take(batch.Count / 2)]).ConfigureAwait(false);
            await EmbedAsync(pipeline, [.. batch.Skip(batch.Count / 2)]).ConfigureAwait(false);
        }
        catch (EmbeddingRefusedException)
        {
            EmbeddingInstruments.Refused.Add(1);
            pipeline.Refuse(batch);
        }
#pragma warning disable CA1031 // Whatever goes wrong with the model goes wrong for now: the texts wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_stopping.IsCancellationRequested)
            {
                EmbeddingInstruments.Failures.Add(1);
                if (Interlocked.Increment(ref _failures) == 1)
                    _onFailure?.Invoke(e);
            }
            pipeline.GiveBack(batch);
        }
    }

    async Task<float[][]> GenerateAsync(string[] texts, CancellationToken cancellationToken)
    {
        var embeddings = await _generator.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Length)
            throw new InvalidOperationException($"the model gave {embeddings.Count} vectors for {texts.Length} texts");
        var vectors = new float[texts.Length][];
        for (var i = 0; i < vectors.Length; i++)
        {
            var vector = vectors[i] = embeddings[i].Vector.ToArray();
            if (vector.Length != Model.Dimensions)
                throw new InvalidOperationException($"the model gave {vector.Length} dimensions instead of {Model.Dimensions}");
            var length = TensorPrimitives.Norm(vector);
            if (length is 0 || !float.IsFinite(length))
                throw new EmbeddingRefusedException("the model gave a vector without direction");
            TensorPrimitives.Divide(vector, length, vector);
        }
        return vectors;
    }
}
