using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// Universal Sentence Encoder Lite: English sentences as vectors of 512 numbers and unit length, computed here, without any service. Its files
/// are those of the npm package <see cref="ModelPackage.UseLite"/>. May be used by several threads at once; each computes on its own.
/// </summary>
public sealed class UniversalSentenceEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>What the model is called in configuration, in stored vectors and on disk.</summary>
    public const string ModelId = "use-lite";

    /// <summary>The numbers of a vector.</summary>
    public const int Dimensions = 512;

    /// <summary>How many pieces of words of a text count: the first.</summary>
    public const int MaxTokens = 128;

    const int EmbeddingSize = 256;

    /// <summary>Texts go through together up to so many tokens: the weights are read once for all of them.</summary>
    const int TokensAtOnce = 256;

    readonly UnigramTokenizer _tokenizer;
    readonly float[] _embeddings;
    readonly float[] _positions;
    readonly TransformerLayer[] _layers;
    readonly DenseLayer _last;
    readonly EmbeddingGeneratorMetadata _metadata = new("daprmemory", null, ModelId, Dimensions);

    UniversalSentenceEncoder(UnigramTokenizer tokenizer, ModelWeights weights)
    {
        _tokenizer = tokenizer;
        // The table has two rows more than there are pieces.
        _embeddings = weights["module/Embeddings_en", tokenizer.Count + 2, EmbeddingSize].ToArray();
        _positions = Positions(weights["module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1", EmbeddingSize / 2]);
        _layers = [new TransformerLayer(weights, 0, EmbeddingSize, Dimensions), new TransformerLayer(weights, 1, Dimensions, Dimensions)];
        const string last = "module/Encoder_en/hidden_layers/tanh_layer_0";
        _last = new DenseLayer(weights[$"{last}/weights", Dimensions, Dimensions], weights[$"{last}/bias", Dimensions]);
    }

    /// <summary>Loads the model.</summary>
    /// <param name="folder">Where <c>model.json</c>, its weights and <c>vocab.json</c> are.</param>
    /// <exception cref="IOException">A file is not there or can't be read.</exception>
    /// <exception cref="FormatException">The files are not those of this model.</exception>
    public static UniversalSentenceEncoder Load(string folder) =>
        new(UnigramTokenizer.Read(File.ReadAllBytes(Path.Combine(folder, "vocab.json"))), ModelWeights.Read(folder));

    /// <summary>Computes the vector of a text. What lies beyond <see cref="MaxTokens"/> is left out.</summary>
    public float[] Encode(string text)
    {
        var vector = new float[Dimensions];
        Run([_tokenizer.Encode(text, MaxTokens)], vector);
        return vector;
    }

    /// <summary>Computes the vectors of some texts, on another thread.</summary>
    /// <exception cref="NotSupportedException">Another model or other dimensions are asked for.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options?.Dimensions is not (null or Dimensions) || options?.ModelId is not (null or ModelId))
            throw new NotSupportedException($"the embedded model is {ModelId} with {Dimensions} dimensions");
        return Task.Run(() => Generate([.. values], cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Has nothing to release.</summary>
    public void Dispose()
    {
    }

    /// <summary>What is added to the token at each place: sines, then cosines.</summary>
    static float[] Positions(ReadOnlySpan<float> frequencies)
    {
        var positions = new float[MaxTokens * 2 * frequencies.Length];
        for (var token = 0; token < MaxTokens; token++)
        {
            for (var i = 0; i < frequencies.Length; i++)
                (positions[token * 2 * frequencies.Length + i], positions[(token * 2 + 1) * frequencies.Length + i]) = MathF.SinCos(token * frequencies[i]);
        }
        return positions;
    }

    GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellationToken)
    {
        var vectors = new float[texts.Length][];
        var batch = new List<int[]>();
        for (int next = 0, first = 0, tokens = 0; next <= texts.Length; next++)
        {
            var ids = next < texts.Length ? _tokenizer.Encode(texts[next], MaxTokens) : [];
            if (batch.Count > 0 && (next == texts.Length || tokens + ids.Length > TokensAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var output = new float[batch.Count * Dimensions];
                Run(batch, output);
                for (var i = 0; i < batch.Count; i++)
                    vectors[first + i] = output.AsSpan(i * Dimensions, Dimensions).ToArray();
                batch.Clear();
                (first, tokens) = (next, 0);
            }
            batch.Add(ids);
            tokens += ids.Length;
        }
        return [.. vectors.Select(vector => new Embedding<float>(vector) { ModelId = ModelId })];
    }

    void Run(List<int[]> texts, Span<float> output)
    {
        var ends = new int[texts.Count];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = texts[i].Length + (i == 0 ? 0 : ends[i - 1]);
        var count = ends[^1];
        var widest = _layers[0].Widest;
        var room = ArrayPool<float>.Shared.Rent(count * (widest + 2 * Dimensions) + texts.Count * Dimensions);
        try
        {
            var tokens = room.AsSpan(0, count * Dimensions);
            var narrow = room.AsSpan(tokens.Length, count * Dimensions);
            var wide = room.AsSpan(2 * tokens.Length, count * widest);
            Embed(texts, tokens);
            foreach (var layer in _layers)
                layer.Run(ends, tokens, wide, narrow);
            var means = room.AsSpan(2 * tokens.Length + wide.Length, texts.Count * Dimensions);
            Average(ends, tokens, means);
            _last.Multiply(texts.Count, means, output);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(room);
        }
        TensorPrimitives.Tanh(output, output);
        for (var text = 0; text < texts.Count; text++)
        {
            var vector = output.Slice(text * Dimensions, Dimensions);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        }
    }

    void Embed(List<int[]> texts, Span<float> tokens)
    {
        var next = 0;
        foreach (var ids in texts)
        {
            // The published graph adds the piece to what is already the sum of piece and place: so the piece counts twice.
            for (var place = 0; place < ids.Length; place++)
                TensorPrimitives.MultiplyAdd(
                    _embeddings.AsSpan(ids[place] * EmbeddingSize, EmbeddingSize),
                    2,
                    _positions.AsSpan(place * EmbeddingSize, EmbeddingSize),
                    tokens.Slice(next++ * EmbeddingSize, EmbeddingSize));
        }
    }

    static void Average(ReadOnlySpan<int> ends, ReadOnlySpan<float> tokens, Span<float> means)
    {
        means.Clear();
        var token = 0;
        for (var text = 0; text < ends.Length; text++)
        {
            var mean = means.Slice(text * Dimensions, Dimensions);
            var count = ends[text] - token;
            for (; token < ends[text]; token++)
                TensorPrimitives.Add(mean, tokens.Slice(token * Dimensions, Dimensions), mean);
            if (count > 0)
                TensorPrimitives.Divide(mean, count, mean);
        }
    }
}
