namespace DaprMemory.Client;

/// <summary>A space that answered a search over several.</summary>
/// <param name="Space">The space.</param>
/// <param name="Version">The version that was searched.</param>
/// <param name="Mode">By what was searched: <c>hybrid</c>, <c>keyword</c> or <c>vector</c>.</param>
/// <param name="Model">The model that made the vectors; null when there is none.</param>
/// <param name="Backlog">How many memories have no vector yet.</param>
public sealed record SearchedSpace(string Space, long Version, string Mode, string? Model = null, int Backlog = 0);
