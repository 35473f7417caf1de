namespace DaprMemory.Core.Sessions;

/// <summary>Makes a short text of the turns of a conversation.</summary>
public interface ISummarizer
{
    /// <summary>What readers are told of how a summary was made.</summary>
    string Method { get; }

    /// <summary>Summarizes turns, or extends a summary by those that followed.</summary>
    /// <param name="previous">The summary of all before them; null for none.</param>
    /// <param name="turns">The turns, in order; at least one.</param>
    /// <param name="maxTokens">How long the summary may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SummarizerException">It can't be done now.</exception>
    Task<string> SummarizeAsync(string? previous, IReadOnlyList<Turn> turns, int maxTokens, CancellationToken cancellationToken);
}
