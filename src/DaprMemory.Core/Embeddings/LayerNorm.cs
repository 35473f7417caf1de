using System.Numerics.Tensors;

namespace DaprMemory.Core.Embeddings;

/// <summary>Brings each row to mean 0 and variance 1, then scales and shifts each of its numbers.</summary>
internal sealed class LayerNorm(ReadOnlySpan<float> scale, ReadOnlySpan<float> bias)
{
    const float Epsilon = 1e-6f;

    readonly float[] _scale = scale.ToArray();
    readonly float[] _bias = bias.ToArray();

    public void Apply(int rows, ReadOnlySpan<float> input, Span<float> output)
    {
        var size = _scale.Length;
        for (var row = 0; row < rows; row++)
        {
            var normal = output.Slice(row * size, size);
            TensorPrimitives.Subtract(input.Slice(row * size, size), TensorPrimitives.Sum(input.Slice(row * size, size)) / size, normal);
            var variance = TensorPrimitives.SumOfSquares(normal) / size;
            TensorPrimitives.Multiply(normal, 1 / MathF.Sqrt(variance + Epsilon), normal);
            TensorPrimitives.MultiplyAdd(normal, _scale, _bias, normal);
        }
    }
}
