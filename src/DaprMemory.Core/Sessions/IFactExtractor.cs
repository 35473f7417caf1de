namespace DaprMemory.Core.Sessions;

/// <summary>Draws facts from the turns of a conversation.</summary>
public interface IFactExtractor
{
    /// <summary>Draws facts from turns.</summary>
    /// <param name="turns">The turns, in order; at least one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The facts; none when there are none.</returns>
    /// <exception cref="ExtractorException">It can't be done now.</exception>
    Task<IReadOnlyList<Fact>> ExtractAsync(IReadOnlyList<Turn> turns, CancellationToken cancellationToken);
}
