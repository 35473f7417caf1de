using DaprMemory.Core.Sessions;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Sessions;

/// <summary>What clients are told when a session's turns can't be read for good.</summary>
internal sealed class SessionProblems : IExceptionProblemMapper
{
    /// <inheritdoc />
    public Problem? Map(Exception exception) =>
        exception is SessionCorruptException corrupt ? Problem.LogCorrupt(0, corrupt.Message) with { Commit = null } : null;
}
