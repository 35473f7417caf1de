using System.Net;
using System.Text.Json.Serialization;
using DaprMemory.Core.Models;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Embeddings;

/// <summary>Embeds with any endpoint that speaks OpenAI's <c>/v1/embeddings</c>.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="dimensions">How many numbers its vectors have.</param>
/// <param name="shortens">Whether the endpoint is told so: for models whose vectors can be shortened.</param>
/// <param name="batchSize">How many texts one request has at most.</param>
public sealed class OpenAiEmbeddingGenerator(ModelEndpoint endpoint, int dimensions, bool shortens, int batchSize) : IEmbeddingGenerator<string, Embedding<float>>
{
    readonly EmbeddingGeneratorMetadata _metadata = new("openai", endpoint.Address, endpoint.Model, dimensions);

    /// <summary>Embeds texts, a request after the other.</summary>
    /// <exception cref="EmbeddingRefusedException">The endpoint refuses a text as it is.</exception>
    /// <exception cref="HttpRequestException">The endpoint fails, or answers what can't be right.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var texts in values.Chunk(batchSize))
        {
            foreach (var vector in await EmbedAsync(texts, cancellationToken).ConfigureAwait(false))
                embeddings.Add(new Embedding<float>(vector) { ModelId = endpoint.Model });
        }
        return embeddings;
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Has nothing to release: the HTTP client is its owner's.</summary>
    public void Dispose()
    {
    }

    async Task<float[][]> EmbedAsync(string[] texts, CancellationToken cancellationToken)
    {
        EmbeddingsAnswer answer;
        try
        {
            answer = await endpoint.PostAsync(
                "embeddings",
                new EmbeddingsRequest(endpoint.Model, texts, "float", shortens ? dimensions : null),
                EmbeddingsJson.Default.EmbeddingsRequest,
                EmbeddingsJson.Default.EmbeddingsAnswer,
                cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity)
        {
            throw new EmbeddingRefusedException(e.Message, e);
        }
        var vectors = new float[texts.Length][];
        // In any order: each says whose it is.
        foreach (var item in answer.Data ?? [])
        {
            if (item.Embedding?.Length != dimensions || item.Index < 0 || item.Index >= texts.Length)
                throw new HttpRequestException($"{endpoint.Model} gave a vector of {item.Embedding?.Length ?? 0} dimensions, number {item.Index} of {texts.Length}");
            vectors[item.Index] = item.Embedding;
        }
        return Array.TrueForAll(vectors, vector => vector is not null) ? vectors : throw new HttpRequestException($"{endpoint.Model} gave fewer vectors than texts");
    }
}

/// <summary>The body of a request.</summary>
internal sealed record EmbeddingsRequest(string Model, string[] Input, string EncodingFormat, int? Dimensions);

/// <summary>The body of an answer, as far as it is needed.</summary>
internal sealed record EmbeddingsAnswer(EmbeddingsItem[]? Data);

/// <summary>One vector of an answer, and which text's it is.</summary>
internal sealed record EmbeddingsItem(int Index, float[]? Embedding);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbeddingsRequest))]
[JsonSerializable(typeof(EmbeddingsAnswer))]
internal sealed partial class EmbeddingsJson : JsonSerializerContext;
