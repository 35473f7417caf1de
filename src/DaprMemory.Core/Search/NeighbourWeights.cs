namespace DaprMemory.Core.Search;

/// <summary>
/// How much a turn has of its own words and of its neighbours', in 256ths: whole numbers, so that sums do not depend on the order in which
/// memories came.
/// </summary>
internal sealed class NeighbourWeights(SearchOptions options)
{
    /// <summary>The weight of a memory's own words.</summary>
    public const int Own = 256;

    /// <summary>What the turns before lend, the nearest first.</summary>
    public int[] Before { get; } = [.. options.FromTurnsBefore.Select(w => (int)Math.Round(w * Own))];

    /// <summary>What the turns behind lend, the nearest first.</summary>
    public int[] Behind { get; } = [.. options.FromTurnsBehind.Select(w => (int)Math.Round(w * Own))];

    /// <summary>How far a turn's words reach.</summary>
    public int Reach => Math.Max(Before.Length, Behind.Length);
}
