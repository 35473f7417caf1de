namespace DaprMemory.Cli.Torture;

/// <summary>A time for which a space had requests waiting and answered none.</summary>
/// <param name="Space">Which space.</param>
/// <param name="Begin">Since when, on the history's clock.</param>
/// <param name="End">Until which answer.</param>
/// <param name="Fault">When what was broken broke.</param>
internal readonly record struct Silence(string Space, long Begin, long End, long Fault = 0)
{
    /// <summary>How long after the fault it began; negative: before.</summary>
    public TimeSpan After => TimeSpan.FromTicks((Begin - Fault) / TimeSpan.NanosecondsPerTick);

    /// <summary>How long it was.</summary>
    public TimeSpan Length => TimeSpan.FromTicks((End - Begin) / TimeSpan.NanosecondsPerTick);
}
