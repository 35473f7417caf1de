using System.Numerics;
using System.Runtime.InteropServices;

namespace DaprMemory.Core.Search;

/// <summary>
/// Vectors of one dimension by slot, each number in a byte with a scale for each vector. Products are sums of whole numbers: exact for what
/// is stored, and the same on every machine.
/// </summary>
internal sealed class VectorTable(int dimensions)
{
    // Rows are added in blocks, so that a table that grows copies nothing.
    const int RowsOfBlock = 1024;
    const int Unit = 127;

    readonly int _stride = (dimensions + Vector<sbyte>.Count - 1) / Vector<sbyte>.Count * Vector<sbyte>.Count;
    readonly List<sbyte[]> _blocks = [];
    readonly List<float> _scales = [];

    public int Dimensions { get; } = dimensions;

    /// <summary>How many vectors it holds.</summary>
    public int Count { get; private set; }

    public long EstimatedBytes => (long)_blocks.Count * RowsOfBlock * _stride + _scales.Count * sizeof(float);

    public bool Has(int slot) => slot < _scales.Count && _scales[slot] > 0;

    public void Set(int slot, ReadOnlySpan<float> vector)
    {
        while (_blocks.Count * RowsOfBlock <= slot)
            _blocks.Add(new sbyte[RowsOfBlock * _stride]);
        if (_scales.Count <= slot)
            CollectionsMarshal.SetCount(_scales, slot + 1);
        Count += Has(slot) ? 0 : 1;
        _scales[slot] = Quantise(vector, Row(slot));
    }

    public void Clear(int slot)
    {
        if (!Has(slot))
            return;
        _scales[slot] = 0;
        Count--;
    }

    /// <summary>The vector of a query, ready to be multiplied.</summary>
    public (sbyte[] Row, float Scale) Prepare(ReadOnlySpan<float> query)
    {
        var row = new sbyte[_stride];
        return (row, Quantise(query, row));
    }

    /// <summary>The product of a query and a slot's vector; 0 if it has none.</summary>
    public float Multiply((sbyte[] Row, float Scale) query, int slot) => Has(slot) ? Dot(query.Row, Row(slot)) * query.Scale * _scales[slot] : 0;

    Span<sbyte> Row(int slot) => _blocks[slot / RowsOfBlock].AsSpan(slot % RowsOfBlock * _stride, _stride);

    static float Quantise(ReadOnlySpan<float> vector, Span<sbyte> row)
    {
        var largest = 0f;
        foreach (var number in vector)
            largest = Math.Max(largest, Math.Abs(number));
        // A vector of nothing must still count as one.
        var scale = largest > 0 ? largest / Unit : float.Epsilon;
        for (var i = 0; i < vector.Length; i++)
            row[i] = largest > 0 ? (sbyte)MathF.Round(vector[i] / scale) : (sbyte)0;
        return scale;
    }

    static int Dot(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        var a = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(left);
        var b = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(right);
        var sum = Vector<int>.Zero;
        for (var i = 0; i < a.Length; i++)
        {
            Vector.Widen(a[i], out var a0, out var a1);
            Vector.Widen(b[i], out var b0, out var b1);
            // Two products of at most 127 × 127 are still a short.
            Vector.Widen(a0 * b0 + a1 * b1, out var low, out var high);
            sum += low + high;
        }
        return Vector.Sum(sum);
    }
}
