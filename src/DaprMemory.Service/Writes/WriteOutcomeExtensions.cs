using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Writes;

/// <summary>The one place where outcomes of writes become HTTP.</summary>
internal static class WriteOutcomeExtensions
{
    /// <summary>The problem that tells a client of this outcome; null if its request was committed.</summary>
    public static Problem? ToProblem(this WriteOutcome outcome, bool isTransaction) => outcome switch
    {
        WriteOutcome.Committed => null,
        WriteOutcome.PreconditionFailed failed => Problem.PreconditionFailed(
            failed.Key.Key, failed.Current?.ToString(), isTransaction ? failed.Index : null),
        WriteOutcome.NotFound missing => Problem.NotFound("no such record") with
        {
            Key = missing.Key.Key,
            Index = isTransaction ? missing.Index : null,
        },
        WriteOutcome.TooLarge large => Problem.ValueTooLarge(large.LimitBytes) with
        {
            Key = large.Key.Key,
            Index = isTransaction ? large.Index : null,
        },
        WriteOutcome.IdempotencyMismatch => Problem.IdempotencyMismatch(),
        WriteOutcome.Unavailable { OutcomeUnknown: true } => Problem.Unavailable("the store gave no definite answer in time", "unknown"),
        WriteOutcome.Unavailable => Problem.Unavailable("the store gives no answer", "none"),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is not mapped."),
    };

    /// <summary>The version that an outcome was decided at, if it tells.</summary>
    public static long? ServedVersion(this WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.Committed committed => committed.Version,
        WriteOutcome.PreconditionFailed failed => failed.Version,
        WriteOutcome.NotFound missing => missing.Version,
        _ => null,
    };
}
