using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Audit;

/// <summary>A signed log, and everything that somebody could do to its export.</summary>
public sealed class LogVerifierTests : IAsyncLifetime, IDisposable
{
    const int Commits = 12;

    readonly CommitSigner _signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    readonly FaultyStore.Shared _disk = new();
    List<byte[]> _log = [];

    CommitKeySet Keys => CommitKeySet.Parse(new CommitKeySet([_signer.Key]).ToJson());

    public async Task InitializeAsync()
    {
        var spaces = new SpaceRegistry(new FaultyStore(_disk, new Random(1)), new SpaceOptions(), TimeProvider.System, signer: _signer);
        var space = await spaces.OpenAsync(Id, default);
        for (var i = 0; i < Commits; i++)
        {
            var request = Request(Put($"k{i}", $$"""{"n": {{i}}}""", tags: ["t"]), Put("same", $"{i}")) with { Via = $"jwt:{i}" };
            (await space.WriteAsync(request, default)).ShouldBeOfType<WriteOutcome.Committed>();
        }
        _log = [.. (await space.ReadCommitsAsync(0, 100, default)).Select(stored => stored.Json.ToArray())];
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task Log_as_it_was_written_is_good_and_gives_its_head()
    {
        var report = await VerifyAsync(_log);

        (report.IsGood, report.Commits, report.Entries, report.SignedCommits).ShouldBe((true, Commits, Commits, Commits));
        var head = report.Head.ShouldNotBeNull();
        (head.Space, head.Version).ShouldBe((Id.ToString(), Commits));
        (await VerifyAsync(_log, LogAnchor.Parse(head.ToJson()))).IsGood.ShouldBeTrue();
        CommitCodec.Decode(_log[3]).Entries[0].Via.ShouldBe("jwt:3");
    }

    [Fact]
    public async Task Any_one_byte_that_is_another_is_found_at_its_commit()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var (commit, log) = (random.Next(Commits), Copy());
            var place = random.Next(log[commit].Length);
            log[commit][place] = (byte)(log[commit][place] ^ (1 << random.Next(7)));

            var report = await VerifyAsync(log);

            report.IsGood.ShouldBeFalse($"byte {place} of {Encoding.UTF8.GetString(log[commit])}");
            report.Head.ShouldBeNull();
            report.Findings[0].Commit.ShouldBeOneOf(commit + 1, commit + 2);
        }
    }

    [Fact]
    public async Task Commits_left_out_doubled_swapped_or_of_another_space_are_found()
    {
        for (var i = 0; i < Commits - 1; i++)
        {
            var missing = Copy();
            missing.RemoveAt(i);
            (await VerifyAsync(missing)).Findings.ShouldContain(finding => finding.Commit == i + 1);
            var doubled = Copy();
            doubled.Insert(i, doubled[i]);
            (await VerifyAsync(doubled)).IsGood.ShouldBeFalse();
            var swapped = Copy();
            (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
            (await VerifyAsync(swapped)).IsGood.ShouldBeFalse();
        }
        (await new LogVerifier(new SpaceId("acme", "other"), Keys, null).VerifyAsync(Read(_log))).IsGood.ShouldBeFalse();
    }

    [Fact]
    public async Task Log_cut_off_before_its_anchor_or_rewritten_below_it_is_found()
    {
        var anchor = (await VerifyAsync(_log)).Head;

        (await VerifyAsync(_log[..^1])).IsGood.ShouldBeTrue("nobody can tell without an anchor");
        (await VerifyAsync(_log[..^1], anchor)).Findings.ShouldHaveSingleItem().Commit.ShouldBe(Commits);
        var last = CommitCodec.Decode(_log[^1]);
        var other = Sign(last with { Entries = [last.Entries[0] with { By = "mallory" }] }, _signer);
        (await VerifyAsync([.. _log[..^1], other])).IsGood.ShouldBeTrue("who has the key can rewrite the end");
        (await VerifyAsync([.. _log[..^1], other], anchor)).Findings.ShouldHaveSingleItem().What.ShouldContain("anchored");
    }

    [Fact]
    public async Task Commit_that_is_not_signed_or_by_somebody_else_is_found()
    {
        using var stranger = new CommitSigner(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var last = CommitCodec.Decode(_log[^1]);

        (await VerifyAsync([.. _log[..^1], CommitCodec.Encode(last with { Signature = null })])).Findings.ShouldHaveSingleItem().What.ShouldBe("it is not signed");
        (await VerifyAsync([.. _log[..^1], Sign(last, stranger)])).Findings.ShouldHaveSingleItem().What.ShouldContain("unknown key");
        var forged = $"{stranger.Sign(last.Hash.Span).Split('.')[0]}{last.Signature![last.Signature!.IndexOf('.', StringComparison.Ordinal)..]}";
        (await VerifyAsync([.. _log[..^1], CommitCodec.Encode(last with { Signature = forged })])).IsGood.ShouldBeFalse();
        var none = $"eyJhbGciOiJub25lIn0.{last.Signature!.Split('.')[1]}.";
        (await VerifyAsync([.. _log[..^1], CommitCodec.Encode(last with { Signature = none })])).IsGood.ShouldBeFalse();
        // Two keys while they change.
        var both = new CommitKeySet([_signer.Key, stranger.Key]);
        (await new LogVerifier(Id, both, null).VerifyAsync(Read([.. _log[..^1], Sign(last, stranger)]))).IsGood.ShouldBeTrue();
    }

    [Fact]
    public async Task Beginning_that_nobody_signed_is_good_only_as_far_as_one_says()
    {
        var log = new List<byte[]>();
        var previous = CommitHash.Genesis(Id);
        for (var i = 0; i < Commits; i++)
        {
            var commit = CommitCodec.Decode(_log[i]) with { Previous = previous, Signature = null };
            previous = CommitHash.Of(commit);
            log.Add(i < 5 ? CommitCodec.Encode(commit with { Hash = previous }) : Sign(commit, _signer));
        }

        (await new LogVerifier(Id, Keys, null).VerifyAsync(Read(log))).Findings.Select(finding => finding.Commit).ShouldBe([1, 2, 3, 4, 5]);
        (await new LogVerifier(Id, Keys, null, unsignedUntil: 4).VerifyAsync(Read(log))).Findings.ShouldHaveSingleItem().Commit.ShouldBe(5);
        var report = await new LogVerifier(Id, Keys, null, unsignedUntil: 5).VerifyAsync(Read(log));
        (report.IsGood, report.SignedCommits).ShouldBe((true, Commits - 5));
    }

    static byte[] Sign(Commit commit, ICommitSigner signer)
    {
        var hash = CommitHash.Of(commit);
        return CommitCodec.Encode(commit with { Hash = hash, Signature = signer.Sign(hash) });
    }

    Task<LogReport> VerifyAsync(List<byte[]> log, LogAnchor? anchor = null) => new LogVerifier(Id, Keys, anchor).VerifyAsync(Read(log));

    List<byte[]> Copy() => [.. _log.Select(text => text.ToArray())];

    static async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(List<byte[]> log)
    {
        foreach (var text in log)
            yield return text;
        await Task.CompletedTask;
    }
}
