namespace DaprMemory.Checker.Checks;

/// <summary>How a history is checked.</summary>
public sealed record CheckOptions
{
    /// <summary>How old an eventual read's view may be. Default: 5 s.</summary>
    public TimeSpan StalenessAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many versions an eventual read's view may lag behind; the bound is whichever is reached first. Default: 100.</summary>
    public long StalenessVersions { get; init; } = 100;

    /// <summary>
    /// How many states the search may visit for one key, beyond one for each operation, before it gives up and says so. Default: 100,000.
    /// </summary>
    public int SearchStates { get; init; } = 100_000;
}
