using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace DaprMemory.Core.Log;

/// <summary>The version of a space up to which something is done. It only bounds what is done twice.</summary>
/// <param name="store">The strong store.</param>
/// <param name="key">Where the mark is.</param>
internal sealed class VersionMark(ICommitStore store, string key)
{
    /// <summary>The mark that a stored value is; 0 if it can't be read: it is replaced under its own tag.</summary>
    public static long Parse(in StoredValue stored) => Utf8Parser.TryParse(stored.Value.Span, out long mark, out _) ? mark : 0;

    /// <summary>Reads the mark, and the tag under which it can be moved; null: there is none.</summary>
    public async Task<(long Version, string ETag)?> ReadAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } stored
            ? (Parse(stored), stored.ETag)
            : null;

    /// <summary>One attempt to move the mark. <c>false</c> promises nothing.</summary>
    public Task<bool> TrySaveAsync(long version, string? etag, CancellationToken cancellationToken)
    {
        var text = Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture));
        return etag is null ? store.TryCreateAsync(key, text, cancellationToken) : store.TryUpdateAsync(key, text, etag, cancellationToken);
    }
}
