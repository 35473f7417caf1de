using System.Security.Cryptography;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Audit;

public sealed class ReadTrailTests : IDisposable
{
    readonly FaultyStore.Shared _disk = new();
    readonly CommitSigner _signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    readonly FaultyStore _store;
    readonly SpaceRegistry _spaces;

    public ReadTrailTests()
    {
        _store = new FaultyStore(_disk, new Random(1));
        _spaces = new SpaceRegistry(_store, new SpaceOptions { WriteTimeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, signer: _signer);
    }

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task Reads_are_written_down_in_order_and_signed_and_the_tenants_spaces_stay_what_they_were()
    {
        await using (var trail = NewTrail())
        {
            for (var i = 0; i < 2500; i++)
                trail.Note(Read(i));
            await trail.DrainAsync(default);
        }
        var reads = await AllAsync(new AuditQuery(700));
        reads.Select(read => read.Read.Keys![0]).ShouldBe(Enumerable.Range(0, 2500).Select(i => $"k{i}"));
        reads.ShouldAllBe(read => read.KeyId == _signer.Key.Id && read.Shard == "memory-0" && read.Dropped == 0);
        (await _spaces.Directory.ListSpacesAsync("acme", null, 10, default)).Names.ShouldBeEmpty();

        var space = await _spaces.OpenAsync(new SpaceId("acme", ReadTrail.SpaceName), default);
        space.View.Count.ShouldBe(1);
        var texts = (await space.ReadCommitsAsync(0, 100, default)).Select(commit => commit.Json).ToAsyncEnumerable();
        (await new LogVerifier(space.Id, new CommitKeySet([_signer.Key]), null).VerifyAsync(texts)).IsGood.ShouldBeTrue();
    }

    [Fact]
    public async Task Filters_are_about_the_reads()
    {
        await using (var trail = NewTrail())
        {
            trail.Note(Read(1) with { By = "coder" });
            trail.Note(Read(2) with { Space = "other" });
            trail.Note(Read(3) with { At = DateTimeOffset.UtcNow.AddHours(-1) });
            await trail.DrainAsync(default);
        }
        (await AllAsync(new AuditQuery(10) { Agent = "coder" })).ShouldHaveSingleItem().Read.Keys.ShouldBe(["k1"]);
        (await AllAsync(new AuditQuery(10) { Space = "other" })).ShouldHaveSingleItem().Read.Keys.ShouldBe(["k2"]);
        (await AllAsync(new AuditQuery(10) { Key = "k3" })).ShouldHaveSingleItem();
        (await AllAsync(new AuditQuery(10) { To = DateTimeOffset.UtcNow.AddMinutes(-30) })).ShouldBeEmpty("its commit is much younger than a batch may be");
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_counted_and_nobody_waits()
    {
        const int Room = 100, Noted = 1000;
        _store.FaultRate = 1;
        await using (var trail = NewTrail(Room))
        {
            for (var i = 0; i < Noted; i++)
                trail.Note(Read(i));
            _store.FaultRate = 0;
            await trail.DrainAsync(default);
        }
        var all = await AllAsync(new AuditQuery(1000));
        var dropped = all.Sum(read => read.Dropped);
        dropped.ShouldBeGreaterThan(Noted - Room * 3);
        (all.Count(read => read.Dropped == 0) + dropped).ShouldBe(Noted);
    }

    [Fact]
    public async Task Store_that_fails_in_every_way_neither_loses_nor_doubles_a_read()
    {
        _store.FaultRate = 0.4;
        await using (var trail = NewTrail())
        {
            for (var i = 0; i < 40; i++)
            {
                trail.Note(Read(i));
                await Task.Yield();
            }
            await trail.DrainAsync(default);
        }
        await _disk.SettleAsync();
        _store.FaultRate = 0;
        (await AllAsync(new AuditQuery(1000))).Select(read => read.Read.Keys![0]).ShouldBe(Enumerable.Range(0, 40).Select(i => $"k{i}"));
    }

    [Fact]
    public async Task Drain_that_may_not_wait_gives_up_what_waits()
    {
        _store.FaultRate = 1;
        var trail = NewTrail();
        trail.Note(Read(1));
        await trail.DisposeAsync();
        _store.FaultRate = 0;
        (await AllAsync(new AuditQuery(10))).ShouldBeEmpty();
    }

    ReadTrail NewTrail(int room = 10_000) => new(_spaces, "acme", "memory-0", new ReadTrailOptions { MaxWaiting = room, Interval = TimeSpan.Zero }, TimeProvider.System);

    static ReadRecord Read(int i) => new(DateTimeOffset.UtcNow, "planner", "jwt:1", "notes", "getState", [$"k{i}"], 200);

    async Task<List<AuditedRead>> AllAsync(AuditQuery query)
    {
        var all = new List<AuditedRead>();
        var trail = new AuditTrail(_spaces, TimeProvider.System);
        for (var pages = 0; ; pages++)
        {
            pages.ShouldBeLessThan(100);
            var page = await trail.ReadReadsAsync("acme", query, default);
            all.AddRange(page.Events.Cast<AuditedRead>());
            if (page.Next is null)
                return all;
            query = query with { After = page.Next };
        }
    }
}
