using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// The log of one session in the hot store: blocks, each written once by create-if-absent. That store may evict a key before its time; then
/// the block is missing, which is told to readers and changes nothing else.
/// </summary>
/// <param name="store">The hot store.</param>
/// <param name="cache">Blocks in this node's memory.</param>
/// <param name="space">The space.</param>
/// <param name="id">The session.</param>
/// <param name="generation">Which of the sessions that had this name.</param>
/// <param name="blockLife">How long a block lives.</param>
internal sealed class TurnLog(ICommitStore store, ValueCache cache, SpaceId space, string id, Guid generation, TimeSpan blockLife)
{
    /// <summary>How many blocks one bulk read asks for.</summary>
    public const int BlocksPerRead = 64;

    const int Parallelism = 8;

    readonly ConcurrentDictionary<long, bool> _gone = new();

    /// <summary>One attempt to append. <c>false</c> promises nothing.</summary>
    public Task<bool> TryAppendAsync(long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) =>
        store.TryCreateAsync(Key(number), text, blockLife, cancellationToken);

    /// <summary>Reads a block from the store; null: it certainly is not there.</summary>
    public async Task<TurnBlock?> ReadAsync(long number, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Key(number), cancellationToken).ConfigureAwait(false) is not { } stored)
            return null;
        var block = Decode(number, stored.Value);
        Remember(number, stored.Value);
        return block;
    }

    /// <summary>Reads blocks from the store, in order. Absence proves nothing.</summary>
    public async Task<IReadOnlyList<TurnBlock>> ReadManyAsync(long first, long last, CancellationToken cancellationToken)
    {
        var keys = Numbers(first, last).Select(Key).ToArray();
        var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        var blocks = new List<TurnBlock>(found.Count);
        for (var i = 0; i < keys.Length; i++)
        {
            if (!found.TryGetValue(keys[i], out var stored))
                continue;
            blocks.Add(Decode(first + i, stored.Value));
            Remember(first + i, stored.Value);
        }
        return blocks;
    }

    /// <summary>Reads blocks that were written, from memory or the store, in order. Those that are left out are gone for good.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number; not behind the end of the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(IReadOnlyList<TurnBlock> Blocks, ValueSource Source)> ReadWrittenAsync(long first, long last, CancellationToken cancellationToken)
    {
        var blocks = new TurnBlock?[last - first + 1];
        var wanted = new List<long>();
        foreach (var number in Numbers(first, last))
        {
            if (cache.TryGet(space, CacheKey(number), CacheTag(number), out var text))
                blocks[number - first] = Decode(number, text);
            else if (!_gone.ContainsKey(number))
                wanted.Add(number);
        }
        if (wanted.Count > 0)
        {
            foreach (var block in await ReadManyAsync(wanted[0], wanted[^1], cancellationToken).ConfigureAwait(false))
                blocks[block.Number - first] = block;
            // What a bulk read does not show may still be there.
            await Parallel.ForEachAsync(
                wanted.Where(number => blocks[number - first] is null),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (number, token) =>
                {
                    blocks[number - first] = await ReadAsync(number, token).ConfigureAwait(false);
                    if (blocks[number - first] is null)
                        _gone[number] = true;
                }).ConfigureAwait(false);
        }
        return ([.. blocks.OfType<TurnBlock>()], wanted.Count > 0 ? ValueSource.Hot : ValueSource.Cache);
    }

    /// <summary>Keeps a block's text in this node's memory for a while.</summary>
    public void Remember(long number, ReadOnlyMemory<byte> text) => cache.Put(space, CacheKey(number), CacheTag(number), text);

    /// <summary>Reads about where the log ends; null: that is lost.</summary>
    public async Task<Tail?> ReadHintAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(HintKey, cancellationToken).ConfigureAwait(false) is { } stored ? ParseHint(stored.Value) : null;

    /// <summary>Saves about where the log ends, unless what is there is as new.</summary>
    public async Task SaveHintAsync(Tail tail, CancellationToken cancellationToken)
    {
        var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tail.Block} {tail.Turn}"));
        var current = await store.GetAsync(HintKey, cancellationToken).ConfigureAwait(false);
        if (current is not { } stored)
            await store.TryCreateAsync(HintKey, text, blockLife, cancellationToken).ConfigureAwait(false);
        else if (ParseHint(stored.Value)?.Block is not { } block || block < tail.Block)
            await store.TryUpdateAsync(HintKey, text, stored.ETag, blockLife, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all blocks up to a number again as they are, and the summaries, so that their lives begin anew.</summary>
    /// <returns><c>false</c>: not all of those that are there were written.</returns>
    public async Task<bool> RefreshAsync(long last, CancellationToken cancellationToken)
    {
        var isDone = true;
        foreach (var keys in Numbers(1, last).Select(Key).Prepend(SummaryKey).Chunk(BlocksPerRead))
        {
            var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
            foreach (var key in keys)
            {
                var stored = found.TryGetValue(key, out var hit) ? hit : await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
                // Another node may be doing the same: then the tag has changed, and so has the block's life.
                if (stored is { } block
                    && !await store.TryUpdateAsync(key, block.Value, block.ETag, blockLife, cancellationToken).ConfigureAwait(false)
                    && (await store.GetAsync(key, cancellationToken).ConfigureAwait(false))?.ETag == block.ETag)
                    isDone = false;
            }
        }
        return isDone;
    }

    /// <summary>The session's summaries, beside its log.</summary>
    public SummaryStore NewSummaryStore() => new(store, SummaryKey, blockLife);

    string HintKey => StoreKeys.TailHint(space, generation);

    string SummaryKey => StoreKeys.Summaries(space, generation);

    string Key(long number) => StoreKeys.TurnBlock(space, generation, number);

    RecordKey CacheKey(long number) => new(RecordKind.Session, string.Create(CultureInfo.InvariantCulture, $"{generation:n}:{number}"));

    // A block never changes, so every number has just one tag.
    static ETag CacheTag(long number) => new(number, 0);

    static IEnumerable<long> Numbers(long first, long last)
    {
        for (var number = first; number <= last; number++)
            yield return number;
    }

    static Tail? ParseHint(ReadOnlyMemory<byte> text) =>
        Encoding.ASCII.GetString(text.Span).Split(' ') is [var block, var turn]
        && long.TryParse(block, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
        && long.TryParse(turn, NumberStyles.None, CultureInfo.InvariantCulture, out var t)
            ? new Tail(b, t)
            : null;

    TurnBlock Decode(long number, ReadOnlyMemory<byte> text)
    {
        try
        {
            var block = TurnBlockCodec.Decode(text);
            return block.Number == number ? block : throw new FormatException($"it calls itself block {block.Number}");
        }
        catch (FormatException e)
        {
            throw new SessionCorruptException(space, id, number, e.Message);
        }
    }
}
