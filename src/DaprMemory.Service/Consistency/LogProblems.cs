using DaprMemory.Core.Log;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Consistency;

/// <summary>What clients are told when the log can't be read.</summary>
internal sealed class LogProblems : IExceptionProblemMapper
{
    /// <inheritdoc />
    public Problem? Map(Exception exception) => exception switch
    {
        StoreUnavailableException => Problem.Unavailable("the store gives no answer"),
        LogCorruptException corrupt => Problem.LogCorrupt(corrupt.Commit, $"commit {corrupt.Commit} of {corrupt.Space}"),
        _ => null,
    };
}
