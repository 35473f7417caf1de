using DaprMemory.Core.Memories;
using DaprMemory.Core.Upkeep;
using DaprMemory.Curator.Tenants;
using DaprMemory.Curator.Tests.Support;
using static DaprMemory.Curator.Tests.Support.Fleet;

namespace DaprMemory.Curator.Tests.Tenants;

/// <summary>Memories that say the same in almost the same words.</summary>
public sealed class ConsolidationTests
{
    const string Trains = "The planner of the northern team prefers trains to planes on every journey";
    const string Planes = "The planner of the northern team prefers trains to planes on each journey";

    readonly Fleet _fleet = new();

    [Fact]
    public async Task Older_one_of_two_near_duplicates_is_superseded_by_the_curator_and_nothing_is_lost()
    {
        await _fleet.RememberAsync(Space("a"), ("old", Say(Trains, 1)), ("new", Say(Planes, 2)), ("other", Say("Lunch is at noon in the large kitchen", 3)));
        var curator = NewCurator();

        (await curator.RunAsync(curator.Consolidation)).ShouldBe(PassEnd.Complete);

        var (version, memories) = await _fleet.MemoriesAsync(Space("a"));
        version.ShouldBe(4);
        memories["old"].Text.ShouldBe(Trains);
        memories["old"].SupersededBy.ShouldBe("new");
        memories["old"].IsValid(DateTimeOffset.UtcNow).ShouldBeFalse();
        memories["old"].IsValid(At(1)).ShouldBeTrue();
        memories["new"].ShouldBe(Say(Planes, 2));
        memories["other"].SupersededBy.ShouldBeNull();
        (await _fleet.WritersAsync(Space("a"))).ShouldBe(["tester", "tester", "tester", ConsolidationDuty.Agent]);
    }

    [Fact]
    public async Task Second_run_changes_nothing_and_what_comes_later_is_looked_at()
    {
        await _fleet.RememberAsync(Space("a"), ("old", Say(Trains, 1)), ("new", Say(Planes, 2)));
        for (var run = 0; run < 3; run++)
        {
            var curator = NewCurator();
            (await curator.RunAsync(curator.Consolidation)).ShouldBe(PassEnd.Complete);
        }
        (await _fleet.MemoriesAsync(Space("a"))).Version.ShouldBe(3);

        await _fleet.RememberAsync(Space("a"), ("newest", Say(Trains, 9)));
        var later = NewCurator();
        await later.RunAsync(later.Consolidation);

        (await _fleet.MemoriesAsync(Space("a"))).Memories["new"].SupersededBy.ShouldBe("newest");
        (await later.Consolidation.FindDueAsync([Space("a")], default)).ShouldBe([Space("a")], "its own commit is still to be looked at");
        await later.RunAsync(later.Consolidation);
        (await later.Consolidation.FindDueAsync([Space("a")], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tenants_that_did_not_ask_for_it_keep_everything_as_it_is()
    {
        await _fleet.RememberAsync(Space("a"), ("old", Say(Trains, 1)), ("new", Say(Planes, 2)));
        var curator = _fleet.NewCurator(options => options.ConsolidatedTenants.Add("globex"));

        (await curator.RunAsync(curator.Consolidation)).ShouldBe(PassEnd.Complete);

        (await _fleet.MemoriesAsync(Space("a"))).Version.ShouldBe(2);
    }

    public static TheoryData<string> Differences() => ["source", "tags", "importance", "agent", "number", "validity"];

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task Memory_that_the_newer_one_does_not_stand_for_stays(string difference)
    {
        var (older, newer) = (Say(Trains, 1), Say(Planes, 2));
        (older, newer) = difference switch
        {
            "source" => (older with { Source = new MemorySource("monday", 3) }, newer),
            "tags" => (older with { Tags = ["travel"] }, newer with { Tags = ["team"] }),
            "importance" => (older with { Importance = 0.9 }, newer),
            "agent" => (older, newer with { Agent = "bob" }),
            "number" => (older with { Text = Trains + " of 2 days" }, newer with { Text = Planes + " of 3 days" }),
            _ => (older, newer with { ValidTo = DateTimeOffset.UtcNow.AddDays(1) }),
        };
        await _fleet.RememberAsync(Space("a"), ("old", older), ("new", newer));
        var curator = NewCurator();

        (await curator.RunAsync(curator.Consolidation)).ShouldBe(PassEnd.Complete);

        (await _fleet.MemoriesAsync(Space("a"))).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Two_curators_at_once_leave_one_of_many_duplicates()
    {
        await _fleet.RememberAsync(Space("a"), [.. Enumerable.Range(0, 8).Select(i => ($"m{i}", Say(i % 2 == 0 ? Trains : Planes, i)))]);
        var curators = new[] { NewCurator(), NewCurator() };

        await Task.WhenAll(curators.Select(curator => curator.RunAsync(curator.Consolidation)));

        var (_, memories) = await _fleet.MemoriesAsync(Space("a"));
        memories.Where(memory => memory.Value.SupersededBy is null).ShouldHaveSingleItem().Key.ShouldBe("m7");
        memories.Values.Select(memory => memory.SupersededBy).ShouldAllBe(by => by == null || memories.ContainsKey(by));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Crash_anywhere_leaves_what_the_next_curator_finishes(bool isAfter)
    {
        for (var at = 1; ; at++)
        {
            var fleet = new Fleet();
            await fleet.RememberAsync(Space("a"), ("old", Say(Trains, 1)), ("new", Say(Planes, 2)));
            var crash = new CrashPoint(at, isAfter);
            var first = fleet.NewCurator(options => options.ConsolidatedTenants.Add(Tenant), crash);
            await first.RunAsync(first.Consolidation);
            var next = fleet.NewCurator(options => options.ConsolidatedTenants.Add(Tenant));
            // The first pass may go on from where the dead one was.
            (await next.RunAsync(next.Consolidation)).ShouldBe(PassEnd.Complete);
            (await next.RunAsync(next.Consolidation)).ShouldBe(PassEnd.Complete);

            var (version, memories) = await fleet.MemoriesAsync(Space("a"));
            memories["old"].SupersededBy.ShouldBe("new");
            version.ShouldBe(3);
            if (!crash.IsReached)
                break;
        }
    }

    Curating NewCurator() => _fleet.NewCurator(options => options.ConsolidatedTenants.Add(Tenant));

    static Memory Say(string text, int day) => new(text, "ann", At(day));

    static DateTimeOffset At(int day) => new(2026, 1, 1 + day, 0, 0, 0, TimeSpan.Zero);
}
