using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>Reads turns backwards from a given one, up to an end that is known.</summary>
internal sealed class TurnReader(TurnLog log, ITokenCounter tokens)
{
    /// <summary>The most bytes of a page: with what stands around the contents it stays under the 4 MiB that a sidecar passes on.</summary>
    const int MaxPageBytes = 4 * 1024 * 1024 - 128 * 1024;

    const int TurnOverheadBytes = 256;
    const int FirstRead = 16;

    public async Task<TurnPage> ReadAsync(TurnQuery query, Tail tail, CancellationToken cancellationToken)
    {
        var last = Math.Min(tail.Turn, (query.Before ?? long.MaxValue) - 1);
        var page = new Page(query, last, tokens);
        var (block, source) = (tail.Block, ValueSource.Cache);
        if (last < tail.Turn && last > 0)
            (block, source) = await FindBlockAsync(last, tail.Block, cancellationToken).ConfigureAwait(false);
        for (var count = FirstRead; block > 0 && page.HasRoom; count = Math.Min(count * 2, TurnLog.BlocksPerRead))
        {
            var first = Math.Max(1, block - Math.Min(count, page.Wanted) + 1);
            var (blocks, from) = await log.ReadWrittenAsync(first, block, cancellationToken).ConfigureAwait(false);
            source = from > source ? from : source;
            for (var i = blocks.Count - 1; i >= 0 && page.HasRoom; i--)
                page.Add(blocks[i]);
            block = first - 1;
        }
        return page.ToTurnPage(tail.Turn, source);
    }

    /// <summary>The last block that begins at or before a turn; 0 when none of those is there any more.</summary>
    async Task<(long Block, ValueSource Source)> FindBlockAsync(long turn, long tail, CancellationToken cancellationToken)
    {
        // A block has at least one turn: so turn n stands in block n, or before it.
        var (best, low, high) = (0L, 0L, Math.Min(turn, tail));
        var source = ValueSource.Cache;
        for (var probe = high; low < high;)
        {
            // Its neighbours come with it: one of them may be what is sought, or stand in for a block that is gone.
            var first = Math.Max(low + 1, probe - FirstRead + 1);
            var (blocks, from) = await log.ReadWrittenAsync(first, probe, cancellationToken).ConfigureAwait(false);
            source = from > source ? from : source;
            if (blocks.LastOrDefault(block => block.First <= turn) is { } before)
            {
                best = before.Number;
                if (blocks[^1] != before)
                    break;
                low = probe;
            }
            else if (blocks.Count > 0)
                high = first - 1;
            else if (first > low + 1)
            {
                // All of them are gone: what stands below tells on which side to go on.
                probe = first - 1;
                continue;
            }
            else
                low = probe;
            probe = low + ((high - low + 1) / 2);
        }
        return (best, source);
    }

    /// <summary>A page that grows towards the past.</summary>
    sealed class Page
    {
        readonly TurnQuery _query;
        readonly ITokenCounter _counter;
        readonly long _last;
        readonly long _lowest;
        readonly List<Turn> _turns = [];
        readonly List<TurnRange> _missing = [];
        long _bytes;
        long _tokens;
        bool _isFull;
        DependencySet _dependencies = DependencySet.None;
        long _next;

        public Page(TurnQuery query, long last, ITokenCounter counter)
        {
            _query = query;
            _counter = counter;
            _last = _next = last;
            _lowest = Math.Max(1, last - query.Limit + 1);
        }

        public bool HasRoom => !_isFull && _next >= _lowest;

        /// <summary>How many more turns, and so blocks, may have to be read.</summary>
        public long Wanted => _next - _lowest + 1;

        public void Add(TurnBlock block)
        {
            if (block.First > _next)
                return;
            Skip(block.Last);
            var isWanted = false;
            foreach (var turn in block.Turns.Reverse())
            {
                if (turn.Number > _next)
                    continue;
                if (!HasRoom || !Fits(turn))
                    break;
                isWanted = true;
                _turns.Add(turn);
                _next = turn.Number - 1;
            }
            if (!isWanted)
                return;
            foreach (var entry in block.Entries)
                _dependencies = _dependencies.Merge(entry.Dependencies);
        }

        public TurnPage ToTurnPage(long newest, ValueSource source)
        {
            // No block stands below: what should is gone.
            if (!_isFull)
                Skip(0);
            _turns.Reverse();
            _missing.Reverse();
            return new TurnPage(_turns, _missing, _next + 1, Math.Max(_last, 0), newest, _dependencies, source);
        }

        /// <summary>Goes down to a turn, over others that are missing.</summary>
        void Skip(long to)
        {
            var from = Math.Max(to + 1, _lowest);
            if (from > _next)
                return;
            _missing.Add(new TurnRange(from, _next));
            _next = from - 1;
        }

        bool Fits(Turn turn)
        {
            _bytes += turn.Content.Length + turn.Metadata.Length + TurnOverheadBytes;
            _isFull = _bytes > MaxPageBytes && _turns.Count > 0;
            if (_query.MaxTokens is { } most)
                _isFull |= (_tokens += _counter.Count(turn)) > most;
            return !_isFull;
        }
    }
}
