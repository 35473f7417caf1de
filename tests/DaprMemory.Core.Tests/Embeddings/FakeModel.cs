using System.Collections.Concurrent;
using System.Numerics.Tensors;
using DaprMemory.Core.Embeddings;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>A model whose vectors depend on the text alone, and which fails, refuses and waits as tests choose.</summary>
sealed class FakeModel(string name = "fake", int dimensions = 16) : IEmbeddingGenerator<string, Embedding<float>>
{
    readonly EmbeddingGeneratorMetadata _metadata = new("fake", null, name, dimensions);

    /// <summary>Every text that was embedded, as often as it was.</summary>
    public ConcurrentQueue<string> Embedded { get; } = new();

    /// <summary>Called before each batch; throws to fail it, waits to delay it.</summary>
    public Func<IReadOnlyList<string>, Task> OnBatch { get; set; } = _ => Task.CompletedTask;

    /// <summary>The numbers that it really gives.</summary>
    public int GivenDimensions { get; set; } = dimensions;

    public float[] VectorOf(string text)
    {
        var random = new Random(text.Aggregate(name.Length, (hash, c) => unchecked(hash * 31 + c)));
        var vector = new float[GivenDimensions];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = (float)random.NextDouble() - 0.5f;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return vector;
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var texts = values.ToList();
        await OnBatch(texts).WaitAsync(cancellationToken);
        texts.ForEach(Embedded.Enqueue);
        // Twice as long as they should be: no generator promises unit length.
        return [.. texts.Select(text => new Embedding<float>(VectorOf(text).Select(x => 2 * x).ToArray()))];
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata : null;

    public void Dispose()
    {
    }
}
