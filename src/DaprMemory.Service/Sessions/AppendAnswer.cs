namespace DaprMemory.Service.Sessions;

/// <summary>What an append gave.</summary>
/// <param name="Session">The session.</param>
/// <param name="First">The number of the first turn.</param>
/// <param name="Last">The number of the last turn.</param>
/// <param name="Version">A version of the space that has the session.</param>
internal sealed record AppendAnswer(string Session, long First, long Last, long Version);
