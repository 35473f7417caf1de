using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>A broken promise.</summary>
/// <param name="Promise">Which.</param>
/// <param name="Message">How, in one sentence.</param>
/// <param name="Operations">The operations that together prove it; the last is the accused one.</param>
public sealed record Violation(Promise Promise, string Message, IReadOnlyList<Operation> Operations)
{
    /// <summary>The operation that should not have been answered so.</summary>
    public Operation Accused => Operations[^1];

    internal static Violation Of(Promise promise, string message, params ReadOnlySpan<Operation?> operations)
    {
        var proof = new List<Operation>(operations.Length);
        // The accused is last, even if it stands in the proof before.
        for (var i = 0; i < operations.Length; i++)
        {
            if (operations[i] is { } operation && !operations[(i + 1)..].Contains(operation))
                proof.Add(operation);
        }
        return new Violation(promise, message, proof);
    }
}
