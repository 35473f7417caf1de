using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>The commit log of one space in the strong store.</summary>
internal sealed class CommitLog(ICommitStore store, SpaceId space)
{
    const int FirstBatch = 16;
    const int LargestBatch = 128;

    public SpaceId Space => space;

    /// <summary>Reads commit <paramref name="number"/> as text; null: the log certainly ends before it.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadTextAsync(long number, CancellationToken cancellationToken) =>
        (await store.GetAsync(StoreKeys.Commit(space, number), cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>Reads commit <paramref name="number"/>; null: the log certainly ends before it.</summary>
    public async ValueTask<LoggedCommit?> ReadAsync(long number, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(number, cancellationToken).ConfigureAwait(false);
        return text is { } found ? Decode(number, found) : null;
    }

    /// <summary>Reads the commits behind <paramref name="after"/>, up to <paramref name="last"/> or the confirmed end of the log.</summary>
    public async IAsyncEnumerable<LoggedCommit> ReadAsync(
        long after, long last, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = FirstBatch;
        while (after < last)
        {
            var count = (int)Math.Min(batch, last - after);
            var keys = new string[count];
            for (var i = 0; i < count; i++)
                keys[i] = StoreKeys.Commit(space, after + 1 + i);
            var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
            var read = 0;
            while (read < count && found.TryGetValue(keys[read], out var stored))
                yield return Decode(after + ++read, stored.Value);
            after += read;
            if (read == count)
            {
                batch = Math.Min(batch * 2, LargestBatch);
                continue;
            }
            // What a bulk read does not show may still be there: only a single get proves the end of the log.
            if (after < last)
            {
                if (await ReadAsync(after + 1, cancellationToken).ConfigureAwait(false) is not { } next)
                    yield break;
                yield return next;
                after++;
            }
        }
    }

    /// <summary>Reads commits that the log certainly has, in the order of their numbers given.</summary>
    /// <exception cref="LogCorruptException">One is missing.</exception>
    public async IAsyncEnumerable<LoggedCommit> ReadAsync(
        IEnumerable<long> numbers, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in numbers.Chunk(LargestBatch))
        {
            var keys = Array.ConvertAll(some, number => StoreKeys.Commit(space, number));
            var found = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < some.Length; i++)
                yield return found.TryGetValue(keys[i], out var stored)
                    ? Decode(some[i], stored.Value)
                    : await ReadAsync(some[i], cancellationToken).ConfigureAwait(false) ?? throw new LogCorruptException(space, some[i], "it is missing from the log");
        }
    }

    /// <summary>One attempt to append. <c>false</c> promises nothing.</summary>
    public Task<bool> TryAppendAsync(long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) =>
        store.TryCreateAsync(StoreKeys.Commit(space, number), text, cancellationToken);

    /// <summary>Reads the text of commit <paramref name="number"/>.</summary>
    /// <exception cref="LogCorruptException">It is not that commit.</exception>
    public LoggedCommit Decode(long number, ReadOnlyMemory<byte> text)
    {
        Commit commit;
        try
        {
            commit = CommitCodec.Decode(text);
        }
        catch (FormatException e)
        {
            throw new LogCorruptException(space, number, e.Message);
        }
        if (commit.Number != number)
            throw new LogCorruptException(space, number, $"it calls itself commit {commit.Number}");
        if (!commit.Hash.Span.SequenceEqual(CommitHash.Of(commit)))
            throw new LogCorruptException(space, number, "its hash is not that of its content");
        return new LoggedCommit(commit, text);
    }
}

/// <summary>A commit whose own hash verifies, with its text.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Text">Its JSON text.</param>
internal readonly record struct LoggedCommit(Commit Commit, ReadOnlyMemory<byte> Text);
