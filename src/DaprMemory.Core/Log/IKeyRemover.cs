namespace DaprMemory.Core.Log;

/// <summary>
/// Removes keys of the strong store for good. A store's own rules (an ETag that repeats, a create that succeeds again) make that unsafe for any key on
/// which a decision rests; it is only for keys to which nothing points any more, and to which nothing will: whoever still reads or writes one finds
/// out that it does not count.
/// </summary>
public interface IKeyRemover
{
    /// <summary>Removes a key, whether it is there or not.</summary>
    /// <returns><c>true</c>: it is gone. <c>false</c>: unknown; it may be removed again.</returns>
    Task<bool> TryRemoveAsync(string key, CancellationToken cancellationToken);
}
