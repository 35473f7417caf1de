using System.Numerics.Tensors;

namespace DaprMemory.Core.Embeddings;

/// <summary>A vector of unit length with a byte for each number: a quarter of its size, and near enough to find the same.</summary>
/// <param name="Scale">What a byte's 1 stands for.</param>
/// <param name="Values">The numbers, divided by the scale.</param>
internal readonly record struct QuantizedVector(float Scale, ReadOnlyMemory<sbyte> Values)
{
    public static QuantizedVector Of(ReadOnlySpan<float> vector)
    {
        var scale = MathF.Abs(TensorPrimitives.MaxMagnitude(vector)) / sbyte.MaxValue;
        var values = new sbyte[vector.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)MathF.Round(vector[i] / scale);
        return new QuantizedVector(scale, values);
    }

    /// <summary>The vector, again of unit length.</summary>
    public float[] ToVector()
    {
        var vector = new float[Values.Length];
        TensorPrimitives.ConvertTruncating(Values.Span, vector);
        TensorPrimitives.Multiply(vector, Scale, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return vector;
    }
}
