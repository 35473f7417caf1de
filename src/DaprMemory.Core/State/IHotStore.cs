namespace DaprMemory.Core.State;

/// <summary>
/// A fast store beside the log for what can be had again: it may be slow, forget, or fail, and no read fails with it. What it gives is
/// never trusted on its own.
/// </summary>
public interface IHotStore
{
    /// <summary>Reads a text; null: not there, or not to be had now.</summary>
    /// <param name="key">The store key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ReadOnlyMemory<byte>?> TryGetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps a text for a while, whatever was there before. <c>false</c>: not kept.</summary>
    /// <param name="key">The store key.</param>
    /// <param name="text">UTF-8 text.</param>
    /// <param name="timeToLive">How long, at least a second.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> TrySetAsync(string key, ReadOnlyMemory<byte> text, TimeSpan timeToLive, CancellationToken cancellationToken);
}
