namespace DaprMemory.Cli.Torture;

/// <summary>A fault that was there for a while.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Shard">Whom it befell.</param>
/// <param name="Begin">When, on the history's clock.</param>
/// <param name="End">When it was mended.</param>
/// <param name="IsAlone">Whether nothing else was broken meanwhile.</param>
internal sealed record InjectedFault(FaultKind Kind, int Shard, long Begin, long End, bool IsAlone);
