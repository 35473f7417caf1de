using System.Text;
using System.Threading.Channels;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.State;

/// <summary>Record values in the hot store, each under the ETag that it had. They are filled behind the answers, and dropped when too many wait.</summary>
internal sealed class HotValues : IAsyncDisposable
{
    const int MaxWaiting = 1024;
    const int Writers = 2;

    readonly IHotStore _store;
    readonly TimeSpan _timeToLive;
    readonly Channel<(string Key, ReadOnlyMemory<byte> Text)> _fills =
        Channel.CreateBounded<(string, ReadOnlyMemory<byte>)>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Task _writing;

    public HotValues(IHotStore store, TimeSpan timeToLive)
    {
        _store = store;
        _timeToLive = timeToLive;
        _writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync)));
    }

    /// <summary>Finds the value of just this change of the record.</summary>
    public async Task<ReadOnlyMemory<byte>?> TryGetAsync(SpaceId space, RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        if (await _store.TryGetAsync(StoreKeys.Demand(space.Tenant, StoreKeys.HotValue(space, key)), cancellationToken).ConfigureAwait(false) is not { } text)
            return null;
        var mark = Encoding.ASCII.GetBytes($"{etag} ");
        // The cast is needed: a bare null would become an empty memory.
        return text.Span.StartsWith(mark) ? text[mark.Length..] : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>Puts a value there, soon, if there is room.</summary>
    public void Fill(SpaceId space, RecordKey key, ETag etag, ReadOnlyMemory<byte> json)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes($"{etag} "), .. json.Span];
        _fills.Writer.TryWrite((StoreKeys.Demand(space.Tenant, StoreKeys.HotValue(space, key)), text));
    }

    /// <summary>The keys that were used lately in a space, as they were last saved.</summary>
    public async Task<IReadOnlyList<RecordKey>> LoadRecentAsync(SpaceId space, CancellationToken cancellationToken) =>
        await _store.TryGetAsync(StoreKeys.Demand(space.Tenant, StoreKeys.RecentKeys(space)), cancellationToken).ConfigureAwait(false) is { } text ? RecentKeys.Decode(text.Span) : [];

    /// <summary>Saves the keys that were used lately in a space, soon, if there is room.</summary>
    public void SaveRecent(SpaceId space, RecentKeys recent) => _fills.Writer.TryWrite((StoreKeys.Demand(space.Tenant, StoreKeys.RecentKeys(space)), recent.Encode()));

    public async ValueTask DisposeAsync()
    {
        _fills.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    async Task WriteAsync()
    {
        await foreach (var (key, text) in _fills.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!await _store.TrySetAsync(key, text, _timeToLive, CancellationToken.None).ConfigureAwait(false))
                CoreInstruments.HotFillFailures.Add(1);
        }
    }
}
