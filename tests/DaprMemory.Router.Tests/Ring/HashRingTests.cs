using DaprMemory.Router.Ring;
using FsCheck;
using FsCheck.Fluent;

namespace DaprMemory.Router.Tests.Ring;

public sealed class HashRingTests
{
    const int Keys = 100_000;

    [Fact]
    public void Ring_fourth_shard_takes_a_quarter_and_moves_nothing_else()
    {
        var three = Owners(Names(3));
        var four = Owners(Names(4));
        var moved = 0;
        for (var key = 0; key < Keys; key++)
        {
            if (three[key] == four[key])
                continue;
            four[key].ShouldBe("memory-3");
            moved++;
        }
        moved.ShouldBeInRange(Keys * 20 / 100, Keys * 30 / 100);
    }

    [Fact]
    public void Ring_shard_that_leaves_moves_only_its_own_keys()
    {
        var before = Owners(Names(4));
        var after = Owners(["memory-0", "memory-2", "memory-3"]);
        for (var key = 0; key < Keys; key++)
        {
            if (before[key] != "memory-1")
                after[key].ShouldBe(before[key]);
        }
    }

    [Fact]
    public void Ring_of_eight_is_balanced()
    {
        var shares = new HashRing(Names(8)).Shares();
        shares.Max().ShouldBeLessThan(1.35 / 8);
        shares.Sum().ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Shares_are_what_keys_meet()
    {
        var names = Names(3);
        var shares = new HashRing(names).Shares();
        var counts = Owners(names).CountBy(owner => owner).ToDictionary();
        for (var shard = 0; shard < names.Length; shard++)
            (counts[names[shard]] / (double)Keys).ShouldBe(shares[shard], 0.01);
    }

    // The places are a promise between routers of different releases: two that disagree would both be slow.
    [Fact]
    public void Hash_is_the_head_of_sha256()
    {
        HashRing.Hash("abc").ShouldBe(0xba7816bf8f01cfeaUL);
        HashRing.Hash(new string('é', 1000)).ShouldBe(0x75628d88c411e2c7UL);
    }

    [Fact]
    public void Walk_gives_each_shard_once_and_the_owner_first() => Check.QuickThrowOnFailure(Prop.ForAll<ulong, byte>((place, size) =>
    {
        var names = Names(1 + (size % 12));
        var ring = new HashRing(names);
        var all = new int[names.Length];
        ring.Walk(place, all).ShouldBe(names.Length);
        all.Distinct().Count().ShouldBe(names.Length);
        var one = new int[1];
        ring.Walk(place, one).ShouldBe(1);
        one[0].ShouldBe(all[0]);
    }));

    [Fact]
    public void Walk_without_a_shard_skips_it() => Check.QuickThrowOnFailure(Prop.ForAll<ulong, byte, byte>((place, size, gone) =>
    {
        var names = Names(2 + (size % 8));
        var lost = names[gone % names.Length];
        string[] rest = [.. names.Where(name => name != lost)];
        Walk(rest, place).ShouldBe(Walk(names, place).Where(name => name != lost));
    }));

    [Fact]
    public void Ring_does_not_depend_on_the_order_of_names() => Check.QuickThrowOnFailure(Prop.ForAll<ulong, byte>((place, size) =>
    {
        var names = Names(1 + (size % 8));
        Walk([.. names.Reverse()], place).ShouldBe(Walk(names, place));
    }));

    [Fact]
    public void Walk_of_an_empty_ring_finds_nothing()
    {
        new HashRing([]).Walk(42, new int[3]).ShouldBe(0);
        new HashRing([]).Shares().ShouldBeEmpty();
    }

    static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"memory-{i}")];

    static IEnumerable<string> Walk(string[] names, ulong place)
    {
        var order = new int[names.Length];
        new HashRing(names).Walk(place, order);
        return order.Select(shard => names[shard]);
    }

    static string[] Owners(string[] names)
    {
        var ring = new HashRing(names);
        var owners = new string[Keys];
        Span<int> owner = stackalloc int[1];
        for (var key = 0; key < Keys; key++)
        {
            ring.Walk(HashRing.Hash($"acme/agent-{key}"), owner);
            owners[key] = names[owner[0]];
        }
        return owners;
    }
}
