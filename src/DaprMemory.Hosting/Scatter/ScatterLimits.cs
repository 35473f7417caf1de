namespace DaprMemory.Hosting.Scatter;

/// <summary>What one search over several spaces may ask for.</summary>
public static class ScatterLimits
{
    /// <summary>The most spaces.</summary>
    public const int MaxSpaces = 64;

    /// <summary>How long spaces have to answer, in milliseconds: at least, at most, and unless the client says.</summary>
    public const int MinTimeoutMs = 10, MaxTimeoutMs = 20_000, DefaultTimeoutMs = 5000;
}
