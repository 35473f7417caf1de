using System.Buffers.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Audit;

/// <summary>
/// Walks a space's log as it was exported, and finds each commit that is not as it was written: changed, left out, doubled, in another
/// place, cut off before an anchor, or signed by nobody who may.
/// </summary>
/// <param name="space">The space whose log it is to be; part of the chain, so that no other space's log passes for it.</param>
/// <param name="keys">The keys that commits must be signed with; null: signatures are not looked at.</param>
/// <param name="anchor">What was kept of this log, or null.</param>
/// <param name="unsignedUntil">
/// The last commit that may have no signature, because nobody signed then; 0 for none. There is no other way to tell: who can write to the store can
/// leave a signature out, and the next commit, signed in good faith, would cover it.
/// </param>
public sealed class LogVerifier(SpaceId space, CommitKeySet? keys, LogAnchor? anchor, long unsignedUntil = 0)
{
    const int MaxFindings = 100;
    const int BatchSize = 1024;

    readonly List<LogFinding> _findings = [];
    byte[] _previous = CommitHash.Genesis(space);
    long _expected = 1;
    long _commits;
    long _entries;
    long _signed;

    /// <summary>Reads the whole log.</summary>
    /// <param name="texts">The commits' texts, from the first on, byte for byte as <c>GET commits</c> gives them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LogReport> VerifyAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken = default)
    {
        var batch = new List<ReadOnlyMemory<byte>>(BatchSize);
        await foreach (var text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(text);
            if (batch.Count < BatchSize)
                continue;
            Verify(batch);
            batch.Clear();
        }
        Verify(batch);
        if (anchor is not null && anchor.Space != space.ToString())
            Find(anchor.Version, $"the anchor is of {anchor.Space}");
        else if (anchor is not null && anchor.Version >= _expected)
            Find(_expected, $"the log ends before commit {anchor.Version}, which is anchored");
        var head = _expected > 1 && _findings.Count == 0 ? new LogAnchor(space.ToString(), _expected - 1, Base64Url.EncodeToString(_previous)) : null;
        return new LogReport(_commits, _entries, _signed, head, _findings);
    }

    void Verify(List<ReadOnlyMemory<byte>> texts)
    {
        var checkeds = new Checked[texts.Count];
        // What concerns a commit alone costs the most, and needs no other.
        Parallel.For(0, checkeds.Length, NewVerifier, (i, _, verifier) =>
        {
            checkeds[i] = Check(texts[i], verifier);
            return verifier;
        }, verifier => verifier?.Dispose());
        foreach (var one in checkeds)
            Follow(one);
    }

    SignatureVerifier? NewVerifier() => keys is null ? null : new SignatureVerifier(keys);

    Checked Check(ReadOnlyMemory<byte> text, SignatureVerifier? verifier)
    {
        Commit commit;
        try
        {
            commit = CommitCodec.Decode(text);
        }
        catch (FormatException e)
        {
            return new Checked(null, false, $"it is no commit: {e.Message}");
        }
        // What the hash does not see: names that nobody reads, another spelling of the same.
        if (!text.Span.SequenceEqual(CommitCodec.Encode(commit)))
            return new Checked(commit, false, "its text is not the one that was written");
        if (!commit.Hash.Span.SequenceEqual(CommitHash.Of(commit)))
            return new Checked(commit, false, "its hash is not that of its content");
        if (verifier is null)
            return new Checked(commit, false, null);
        if (commit.Signature is null)
            return new Checked(commit, false, commit.Number <= unsignedUntil ? null : "it is not signed");
        var wrong = verifier.Check(commit.Signature, commit.Hash.Span);
        return new Checked(commit, wrong is null, wrong);
    }

    /// <summary>Looks at a commit's place among the others.</summary>
    void Follow(in Checked one)
    {
        _commits++;
        if (one.Commit is not { } commit)
        {
            Find(_expected++, one.Wrong!);
            return;
        }
        _entries += commit.Entries.Count;
        _signed += one.IsSigned ? 1 : 0;
        if (one.Wrong is not null)
            Find(commit.Number, one.Wrong);
        if (commit.Number > _expected)
            Find(_expected, commit.Number == _expected + 1 ? "it is missing" : $"it and those up to {commit.Number - 1} are missing");
        else if (commit.Number < _expected)
            Find(commit.Number, "it stands in another place than its own");
        else if (!commit.Previous.Span.SequenceEqual(_previous))
            Find(commit.Number, "it does not follow the commit before it");
        if (anchor is not null && anchor.Version == commit.Number && anchor.Space == space.ToString() && anchor.Hash != Base64Url.EncodeToString(commit.Hash.Span))
            Find(commit.Number, "it is not the one that is anchored");
        _expected = Math.Max(_expected, commit.Number + 1);
        _previous = commit.Hash.ToArray();
    }

    void Find(long commit, string what)
    {
        if (_findings.Count < MaxFindings)
            _findings.Add(new LogFinding(commit, what));
    }

    readonly record struct Checked(Commit? Commit, bool IsSigned, string? Wrong);
}
