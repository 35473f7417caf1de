using System.Security.Cryptography;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Audit;

public sealed class AuditTrailTests : IDisposable
{
    readonly TestClock _clock = new();
    readonly FaultyStore.Shared _disk = new();
    readonly CommitSigner _signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    readonly SpaceRegistry _spaces;
    readonly AuditTrail _trail;

    public AuditTrailTests()
    {
        _spaces = new SpaceRegistry(new FaultyStore(_disk, new Random(1)), new SpaceOptions(), _clock, signer: _signer);
        _trail = new AuditTrail(_spaces, _clock);
    }

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task Every_entry_of_every_space_is_told_once_whatever_the_pages_size()
    {
        var expected = new List<string>();
        foreach (var space in new[] { "a", "b", "b@branch", "c" })
        {
            for (var i = 0; i < 7; i++)
                expected.Add($"{space} {await WriteAsync(space, $"agent-{i % 3}", "k")}");
        }
        await WriteAsync("other", "agent-0", "k", tenant: "acme-2");

        foreach (var limit in new[] { 1, 3, 1000 })
            (await AllAsync(new AuditQuery(limit))).Select(one => $"{one.Space} {one.Place}").ShouldBe(expected);
        var first = (await AllAsync(new AuditQuery(1000)))[0];
        (first.By, first.Via, first.KeyId, first.Entry.Changes[0].Key.Key).ShouldBe(("agent-0", "jwt:agent-0", _signer.Key.Id, "k"));
        var none = await _trail.ReadWritesAsync("nobody", new AuditQuery(10), default);
        (none.Events.Count, none.Next).ShouldBe((0, null));
    }

    [Fact]
    public async Task Entries_of_one_commit_are_told_apart_by_their_places()
    {
        var space = await _spaces.OpenAsync(Id, default);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => space.WriteAsync(new WriteRequest("a", $"r{i}", 0, [Put($"k{i}")]), default)));
        space.View.Version.ShouldBeLessThan(40);

        foreach (var limit in new[] { 1, 7 })
            (await AllAsync(new AuditQuery(limit))).Select(one => one.Entry.RequestId).ShouldBe(Enumerable.Range(0, 40).Select(i => $"r{i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Filters_find_what_they_name_and_nothing_else()
    {
        await WriteAsync("a", "planner", "plans/1");
        await WriteAsync("a", "coder", "plans/1");
        await WriteAsync("a", "coder", "code/1");
        await WriteAsync("b", "coder", "plans/1");

        (await PlacesAsync(new AuditQuery(10) { Agent = "coder" })).ShouldBe(["a 2.0", "a 3.0", "b 1.0"]);
        (await PlacesAsync(new AuditQuery(10) { Via = "jwt:planner" })).ShouldBe(["a 1.0"]);
        (await PlacesAsync(new AuditQuery(10) { Key = "plans/1" })).ShouldBe(["a 1.0", "a 2.0", "b 1.0"]);
        (await PlacesAsync(new AuditQuery(10) { Space = "b" })).ShouldBe(["b 1.0"]);
        (await PlacesAsync(new AuditQuery(10) { Space = "a", Agent = "coder", Key = "code/1" })).ShouldBe(["a 3.0"]);
        (await PlacesAsync(new AuditQuery(10) { Space = "no-such" })).ShouldBeEmpty();
        (await PlacesAsync(new AuditQuery(10) { Space = "b", After = AuditCursor.StartOf("a") })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Times_are_from_then_on_and_up_to_before()
    {
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < 37; i++)
        {
            times.Add(_clock.GetUtcNow());
            await WriteAsync("a", "x", "k");
            // Two commits at the same time, now and then.
            _clock.Advance(TimeSpan.FromSeconds(i % 3));
        }
        foreach (var at in times.Distinct().Append(_clock.GetUtcNow().AddDays(1)).Append(times[0].AddDays(-1)))
        {
            (await AllAsync(new AuditQuery(1000) { From = at })).Count.ShouldBe(times.Count(time => time >= at));
            (await AllAsync(new AuditQuery(5) { To = at })).Count.ShouldBe(times.Count(time => time < at));
            (await AllAsync(new AuditQuery(2) { From = at, To = at.AddSeconds(2) })).Count.ShouldBe(times.Count(time => time >= at && time < at.AddSeconds(2)));
        }
    }

    [Fact]
    public async Task Beginning_late_in_a_long_log_costs_little()
    {
        for (var i = 0; i < 300; i++)
        {
            await WriteAsync("a", "x", "k");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        var before = _disk.Calls;
        (await AllAsync(new AuditQuery(10) { From = _clock.GetUtcNow().AddSeconds(-3) })).Count.ShouldBe(3);
        (_disk.Calls - before).ShouldBeLessThan(40);
    }

    [Fact]
    public async Task Page_ends_where_its_work_is_bounded_though_nothing_was_found()
    {
        for (var i = 0; i < 130; i++)
            await WriteAsync($"s{i:d3}", i == 129 ? "rare" : "common", "k");

        var query = new AuditQuery(10) { Agent = "rare" };
        var pages = new List<AuditPage>();
        do
            pages.Add(await _trail.ReadWritesAsync("acme", query with { After = pages.LastOrDefault()?.Next }, default));
        while (pages[^1].Next is not null);
        pages.Count.ShouldBe(3);
        pages[0].Events.ShouldBeEmpty();
        pages[^1].Events.ShouldHaveSingleItem().Space.ShouldBe("s129");
    }

    [Fact]
    public async Task Commit_that_is_not_as_it_was_written_is_never_passed_over()
    {
        await WriteAsync("a", "x", "k");
        var key = StoreKeys.Commit(new SpaceId("acme", "a"), 1);
        var text = _disk.Values[key].Value.ToArray();
        text[text.AsSpan().IndexOf("\"by\":\"x\""u8) + 6] = (byte)'y';
        _disk.Values[key] = new StoredValue(text, "1");
        await Should.ThrowAsync<LogCorruptException>(() => _trail.ReadWritesAsync("acme", new AuditQuery(10), default));
    }

    [Theory]
    [InlineData("notes/1.0", true)]
    [InlineData("a@b/12.3", true)]
    [InlineData("@reads/1.0", true)]
    [InlineData("@spaces/1.0", false)]
    [InlineData("@/1.0", false)]
    [InlineData("../1.0", false)]
    [InlineData("notes/0.0", false)]
    [InlineData("notes/9223372036854775807.0", false)]
    [InlineData("notes/1", false)]
    [InlineData("notes/1.-1", false)]
    [InlineData("notes/1.99999999999", false)]
    [InlineData("a/b/1.0", false)]
    [InlineData("", false)]
    public void Cursor_is_one_that_was_given_out(string text, bool isOne)
    {
        AuditCursor.TryParse(text, out var cursor).ShouldBe(isOne);
        if (isOne)
            cursor.ToString().ShouldBe(text);
    }

    async Task<ETag> WriteAsync(string space, string agent, string key, string tenant = "acme")
    {
        var opened = await _spaces.OpenAsync(new SpaceId(tenant, space), default);
        var request = Request(Put(key)) with { By = agent, Via = $"jwt:{agent}" };
        return (await opened.WriteAsync(request, default)).ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldNotBeNull();
    }

    async Task<string[]> PlacesAsync(AuditQuery query) => [.. (await AllAsync(query)).Select(one => $"{one.Space} {one.Place}")];

    async Task<List<AuditedWrite>> AllAsync(AuditQuery query)
    {
        var all = new List<AuditedWrite>();
        for (var pages = 0; ; pages++)
        {
            pages.ShouldBeLessThan(500);
            var page = await _trail.ReadWritesAsync("acme", query, default);
            page.Events.Count.ShouldBeLessThanOrEqualTo(query.Limit);
            all.AddRange(page.Events.Cast<AuditedWrite>());
            if (page.Next is not { } next)
                return all;
            // As it comes back from a client.
            AuditCursor.TryParse(next.ToString(), out var cursor).ShouldBeTrue();
            query = query with { After = cursor };
        }
    }
}
