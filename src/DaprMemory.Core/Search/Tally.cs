namespace DaprMemory.Core.Search;

/// <summary>Counts by number, cleared by what it costs to have counted them.</summary>
internal sealed class Tally
{
    int[] _counts = [];
    int[] _touched = [];
    int _length;

    public int this[int number] => _counts[number];

    /// <summary>The numbers that have a count, each once.</summary>
    public ReadOnlySpan<int> Touched => _touched.AsSpan(0, _length);

    public void Grow(int size)
    {
        if (_counts.Length >= size)
            return;
        _counts = new int[Math.Max(size, _counts.Length * 2)];
        _touched = new int[_counts.Length];
    }

    public void Add(int number, int count)
    {
        if (count == 0)
            return;
        ref var sum = ref _counts[number];
        if (sum == 0)
            _touched[_length++] = number;
        sum += count;
    }

    public void Clear()
    {
        foreach (var number in Touched)
            _counts[number] = 0;
        _length = 0;
    }
}
