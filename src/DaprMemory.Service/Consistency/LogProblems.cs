using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Quotas;

namespace DaprMemory.Service.Consistency;

/// <summary>What clients are told when the log can't be read, or no more spaces can be opened.</summary>
internal sealed class LogProblems : IExceptionProblemMapper
{
    /// <inheritdoc />
    public Problem? Map(Exception exception) => exception switch
    {
        StoreUnavailableException => Problem.Unavailable("the store gives no answer"),
        TooManySpacesException => Refuse(),
        LogCorruptException corrupt => Problem.LogCorrupt(corrupt.Commit, $"commit {corrupt.Commit} of {corrupt.Space}"),
        _ => null,
    };

    static Problem Refuse()
    {
        QuotaInstruments.Refused(QuotaNames.OpenSpaces);
        return Problem.QuotaExceeded(QuotaNames.OpenSpaces);
    }
}
