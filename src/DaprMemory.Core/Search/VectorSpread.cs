namespace DaprMemory.Core.Search;

/// <summary>How the vectors of an index lie around a query: models differ in how near they put everything to everything.</summary>
internal struct VectorSpread
{
    // Sums in whole numbers do not depend on the order of what is added.
    const float Unit = 1 << 24;

    // So many products of a usual spread are presumed, for indexes too small to have one.
    const int Presumed = 10;
    const float PresumedDeviation = 0.1f;

    long _sum;
    long _squares;
    int _count;

    public void Add(float product)
    {
        _sum += (long)(product * Unit);
        _squares += (long)(product * product * Unit);
        _count++;
    }

    public readonly float Mean => _sum / Unit / Math.Max(1, _count);

    public readonly float Deviation =>
        MathF.Sqrt((Math.Max(0, _squares / Unit - _count * Mean * Mean) + Presumed * PresumedDeviation * PresumedDeviation) / (_count + Presumed));
}
