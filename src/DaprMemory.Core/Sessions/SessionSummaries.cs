using DaprMemory.Core.Log;

namespace DaprMemory.Core.Sessions;

/// <summary>Keeps a session's summaries: behind appends, the newest one is extended by the turns that followed it.</summary>
internal sealed class SessionSummaries(Session session, SummaryStore store, SessionResources node)
{
    /// <summary>How many turns a summarizer is given at once.</summary>
    const int TurnsAtOnce = 256;

    readonly ExtractiveSummarizer _extractive = new(node.Tokens);
    readonly SingleFlight _flight = new();
    long _upTo;
    long _bytes;

    public bool IsBusy => _flight.IsBusy;

    public Task DrainAsync(CancellationToken cancellationToken) => _flight.DrainAsync(cancellationToken);

    /// <summary>Counts what was appended, and begins to summarize when enough has come together.</summary>
    public void AfterAppend(TurnBlock block)
    {
        var bytes = Interlocked.Add(ref _bytes, block.Entries.Sum(entry => entry.Turns.Sum(turn => (long)turn.Content.Length)));
        var options = node.Options;
        var isDue = block.Last - Volatile.Read(ref _upTo) >= options.SummaryAfterTurns + options.UnsummarizedTurns
            || (bytes >= options.SummaryAfterBytes && block.Last - Volatile.Read(ref _upTo) > options.UnsummarizedTurns);
        if (isDue && _flight.TryRun(ExtendAsync))
            Interlocked.Exchange(ref _bytes, 0);
    }

    /// <summary>A summary of the turns up to a given one: the newest that was made of no more, extended on the spot.</summary>
    /// <returns>The summary; null when there is nothing to tell of.</returns>
    /// <exception cref="StoreUnavailableException">The hot store can't be read now.</exception>
    public async Task<Summary?> SummarizeAsync(long upTo, CancellationToken cancellationToken)
    {
        if (upTo < 1)
            return null;
        var (kept, _) = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        var known = kept.FirstOrDefault(summary => summary.UpTo <= upTo);
        if (known?.UpTo == upTo)
            return known;
        var page = await session.ReadAsync(new TurnQuery(upTo + 1, (int)Math.Min(upTo - (known?.UpTo ?? 0), SessionsOptions.MaxPageTurns)), cancellationToken).ConfigureAwait(false);
        // When there is more between them than is read at once, what it tells begins behind that.
        if (page.First > (known?.UpTo ?? 0) + 1)
            known = null;
        if (page.Turns.Count == 0)
            return known is null ? null : known with { UpTo = upTo };
        var text = await _extractive.SummarizeAsync(known?.Text, page.Turns, node.Options.SummaryTokens, cancellationToken).ConfigureAwait(false);
        var method = known is null || known.Method == _extractive.Method ? _extractive.Method : $"{known.Method}+{_extractive.Method}";
        return new Summary(known?.From ?? page.First, upTo, method, text);
    }

    async Task ExtendAsync()
    {
        try
        {
            var (kept, etag) = await store.LoadAsync(CancellationToken.None).ConfigureAwait(false);
            var summary = kept.Count > 0 ? kept[0] : null;
            var upTo = session.Tail.Turn - node.Options.UnsummarizedTurns;
            while ((summary?.UpTo ?? 0) is var done && done < upTo)
            {
                var last = Math.Min(upTo, done + TurnsAtOnce);
                summary = await ExtendAsync(summary, done, last).ConfigureAwait(false);
            }
            if (summary is not null && (kept.Count == 0 || kept[0].UpTo < summary.UpTo)
                && await store.TryAddAsync(summary, kept, etag, CancellationToken.None).ConfigureAwait(false))
                SessionInstruments.Summaries.Add(1);
            // Whoever else was faster, it is done.
            Volatile.Write(ref _upTo, Math.Max(summary?.UpTo ?? 0, upTo));
        }
        catch (Exception e) when (e is StoreUnavailableException or SummarizerException or SessionCorruptException)
        {
            // The next append tries again.
            SessionInstruments.UpkeepFailures.Add(1);
        }
    }

    async Task<Summary> ExtendAsync(Summary? summary, long done, long last)
    {
        // Read from behind, as far as an answer goes: large turns take several.
        var turns = new List<Turn>();
        for (var before = last + 1; before > done + 1;)
        {
            var page = await session.ReadAsync(new TurnQuery(before, (int)(before - done - 1)), CancellationToken.None).ConfigureAwait(false);
            turns.InsertRange(0, page.Turns);
            before = page.First;
        }
        if (turns.Count == 0)
            return (summary ?? new Summary(1, 0, node.Summarizer.Method, "")) with { UpTo = last };
        var text = await node.Summarizer.SummarizeAsync(summary?.Text, turns, node.Options.SummaryTokens, CancellationToken.None).ConfigureAwait(false);
        return new Summary(1, last, node.Summarizer.Method, text);
    }
}
