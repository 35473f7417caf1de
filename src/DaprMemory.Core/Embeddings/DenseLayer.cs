using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// A matrix by which rows are multiplied, and a bias. The matrix is kept in panels of two vector registers' width, so that the innermost loop
/// reads it from end to end and keeps six rows' sums in registers.
/// </summary>
internal sealed class DenseLayer
{
    const int RowsAtOnce = 6;

    static readonly int PanelWidth = 2 * Vector<float>.Count;

    readonly float[] _panels;
    readonly float[] _bias;

    /// <param name="matrix">Row after row, one row for each input.</param>
    /// <param name="bias">One for each output: a multiple of 32.</param>
    public DenseLayer(ReadOnlySpan<float> matrix, ReadOnlySpan<float> bias)
    {
        _bias = bias.ToArray();
        Inputs = matrix.Length / bias.Length;
        _panels = new float[matrix.Length];
        var place = 0;
        for (var first = 0; first < Outputs; first += PanelWidth)
        {
            for (var input = 0; input < Inputs; input++, place += PanelWidth)
                matrix.Slice(input * Outputs + first, PanelWidth).CopyTo(_panels.AsSpan(place));
        }
    }

    public int Inputs { get; }

    public int Outputs => _bias.Length;

    /// <summary>Multiplies rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="input">They, one after the other.</param>
    /// <param name="output">What comes out, row after row.</param>
    public void Multiply(int rows, ReadOnlySpan<float> input, Span<float> output)
    {
        // The kernels do not check bounds: here is where it is done.
        ref var x = ref MemoryMarshal.GetReference(input[..(rows * Inputs)]);
        ref var y = ref MemoryMarshal.GetReference(output[..(rows * Outputs)]);
        for (var first = 0; first < Outputs; first += PanelWidth)
        {
            ref var panel = ref _panels[first * Inputs];
            ref var bias = ref _bias[first];
            var row = 0;
            for (; row + RowsAtOnce <= rows; row += RowsAtOnce)
                SixRows(ref Unsafe.Add(ref x, row * Inputs), ref panel, ref bias, ref Unsafe.Add(ref y, row * Outputs + first));
            for (; row < rows; row++)
                OneRow(ref Unsafe.Add(ref x, row * Inputs), ref panel, ref bias, ref Unsafe.Add(ref y, row * Outputs + first));
        }
    }

    void OneRow(ref float x, ref float panel, ref float bias, ref float y)
    {
        var left = Vector.LoadUnsafe(ref bias);
        var right = Vector.LoadUnsafe(ref bias, (nuint)Vector<float>.Count);
        for (var input = 0; input < Inputs; input++)
        {
            var factor = new Vector<float>(Unsafe.Add(ref x, input));
            left = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref panel), left);
            right = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref panel, (nuint)Vector<float>.Count), right);
            panel = ref Unsafe.Add(ref panel, PanelWidth);
        }
        Store(left, right, ref y);
    }

    void SixRows(ref float x, ref float panel, ref float bias, ref float y)
    {
        Vector<float> l0, l1, l2, l3, l4, l5, r0, r1, r2, r3, r4, r5;
        l0 = l1 = l2 = l3 = l4 = l5 = Vector.LoadUnsafe(ref bias);
        r0 = r1 = r2 = r3 = r4 = r5 = Vector.LoadUnsafe(ref bias, (nuint)Vector<float>.Count);
        ref var x1 = ref Unsafe.Add(ref x, Inputs);
        ref var x2 = ref Unsafe.Add(ref x1, Inputs);
        ref var x3 = ref Unsafe.Add(ref x2, Inputs);
        ref var x4 = ref Unsafe.Add(ref x3, Inputs);
        ref var x5 = ref Unsafe.Add(ref x4, Inputs);
        for (nint input = 0; input < Inputs; input++)
        {
            var left = Vector.LoadUnsafe(ref panel);
            var right = Vector.LoadUnsafe(ref panel, (nuint)Vector<float>.Count);
            panel = ref Unsafe.Add(ref panel, PanelWidth);
            var factor = new Vector<float>(Unsafe.Add(ref x, input));
            l0 = Vector.FusedMultiplyAdd(factor, left, l0);
            r0 = Vector.FusedMultiplyAdd(factor, right, r0);
            factor = new Vector<float>(Unsafe.Add(ref x1, input));
            l1 = Vector.FusedMultiplyAdd(factor, left, l1);
            r1 = Vector.FusedMultiplyAdd(factor, right, r1);
            factor = new Vector<float>(Unsafe.Add(ref x2, input));
            l2 = Vector.FusedMultiplyAdd(factor, left, l2);
            r2 = Vector.FusedMultiplyAdd(factor, right, r2);
            factor = new Vector<float>(Unsafe.Add(ref x3, input));
            l3 = Vector.FusedMultiplyAdd(factor, left, l3);
            r3 = Vector.FusedMultiplyAdd(factor, right, r3);
            factor = new Vector<float>(Unsafe.Add(ref x4, input));
            l4 = Vector.FusedMultiplyAdd(factor, left, l4);
            r4 = Vector.FusedMultiplyAdd(factor, right, r4);
            factor = new Vector<float>(Unsafe.Add(ref x5, input));
            l5 = Vector.FusedMultiplyAdd(factor, left, l5);
            r5 = Vector.FusedMultiplyAdd(factor, right, r5);
        }
        Store(l0, r0, ref y);
        Store(l1, r1, ref Unsafe.Add(ref y, Outputs));
        Store(l2, r2, ref Unsafe.Add(ref y, 2 * Outputs));
        Store(l3, r3, ref Unsafe.Add(ref y, 3 * Outputs));
        Store(l4, r4, ref Unsafe.Add(ref y, 4 * Outputs));
        Store(l5, r5, ref Unsafe.Add(ref y, 5 * Outputs));
    }

    static void Store(Vector<float> left, Vector<float> right, ref float y)
    {
        left.StoreUnsafe(ref y);
        right.StoreUnsafe(ref y, (nuint)Vector<float>.Count);
    }
}
