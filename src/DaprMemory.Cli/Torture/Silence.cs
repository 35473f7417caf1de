namespace DaprMemory.Cli.Torture;

/// <summary>A time for which a space had requests waiting and answered none.</summary>
/// <param name="Space">Which space.</param>
/// <param name="Begin">Since when, on the history's clock.</param>
/// <param name="End">Until which answer.</param>
internal readonly record struct Silence(string Space, long Begin, long End)
{
    /// <summary>How long it was.</summary>
    public TimeSpan Length => TimeSpan.FromTicks((End - Begin) / TimeSpan.NanosecondsPerTick);
}
