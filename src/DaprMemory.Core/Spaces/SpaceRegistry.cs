using DaprMemory.Core.Log;

namespace DaprMemory.Core.Spaces;

/// <summary>The open spaces of this node.</summary>
public sealed class SpaceRegistry(ICommitStore store, SpaceOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Gives the space, loading it from its log if it is not open. A space that was never written is empty, at version 0.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    /// <exception cref="LogCorruptException">The log does not verify.</exception>
    public ValueTask<Space> OpenAsync(SpaceId id, CancellationToken cancellationToken) => throw new NotSupportedException($"{store}{options}{time}{id}");

    /// <summary>Takes no more writes and waits until those that were taken have their outcomes.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
