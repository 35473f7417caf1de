namespace DaprMemory.Cli.Import;

/// <summary>How an <see cref="Importer"/> works.</summary>
/// <param name="Into">The space for all lines; null for each one's own.</param>
/// <param name="Parallel">How many requests are under way at once.</param>
/// <param name="KeepGoing">Bad lines are reported and the others imported; else the first one ends the import.</param>
internal sealed record ImportOptions(string? Into, int Parallel, bool KeepGoing);
