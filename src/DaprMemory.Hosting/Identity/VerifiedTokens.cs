using System.Collections.Concurrent;

namespace DaprMemory.Hosting.Identity;

/// <summary>
/// Tokens that were verified, in two generations: when the young one is full, the old one is forgotten and the young one grows old. What is used
/// comes back into the young one, so what goes was not used lately; the size is bounded, and nothing has to be swept.
/// </summary>
/// <param name="max">How many are remembered at most.</param>
internal sealed class VerifiedTokens(int max)
{
    readonly Lock _turning = new();
    readonly int _maxYoung = Math.Max(1, max / 2);
    volatile Generation _young = new();
    volatile Generation _old = new();

    /// <summary>How many are remembered.</summary>
    public int Count => _young.Tokens.Count + _old.Tokens.Count;

    /// <summary>What a token was found to be, if it is remembered.</summary>
    public TokenOutcome.Verified? Find(TokenDigest digest)
    {
        if (_young.Tokens.TryGetValue(digest, out var known))
            return known;
        if (!_old.Tokens.TryRemove(digest, out known))
            return null;
        Add(digest, known);
        return known;
    }

    /// <summary>Remembers a token.</summary>
    public void Add(TokenDigest digest, TokenOutcome.Verified verified)
    {
        var young = _young;
        // Counting a concurrent dictionary takes all its locks.
        if (young.Tokens.TryAdd(digest, verified) && Interlocked.Increment(ref young.Added) >= _maxYoung)
            Turn(young);
    }

    void Turn(Generation full)
    {
        lock (_turning)
        {
            if (_young != full)
                return;
            _old = full;
            _young = new Generation();
        }
    }

    sealed class Generation
    {
        public readonly ConcurrentDictionary<TokenDigest, TokenOutcome.Verified> Tokens = new();
        public int Added;
    }
}
