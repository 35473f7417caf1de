using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Embeddings;

/// <summary>What vectors must share to be compared.</summary>
/// <param name="Name">The model, as its generator calls it.</param>
/// <param name="Dimensions">The numbers of a vector.</param>
public readonly record struct EmbeddingModel(string Name, int Dimensions)
{
    /// <summary>The model of a generator, as its metadata says.</summary>
    /// <exception cref="ArgumentException">Its metadata does not say it.</exception>
    public static EmbeddingModel Of(IEmbeddingGenerator<string, Embedding<float>> generator) =>
        generator.GetService<EmbeddingGeneratorMetadata>() is { DefaultModelId: { Length: > 0 } name, DefaultModelDimensions: > 0 and var dimensions }
            ? new EmbeddingModel(name, dimensions)
            : throw new ArgumentException("the generator must say its model and dimensions", nameof(generator));

    /// <summary>Its part of store keys. Two models may share one: what a text's key is made of has the whole name.</summary>
    internal string StoreName =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Concat(Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'))}-{Dimensions}");

    /// <summary>What the vector of a text is stored under: the same for the same text, whoever has it.</summary>
    internal UInt128 KeyOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{Dimensions}\n{text}"), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
