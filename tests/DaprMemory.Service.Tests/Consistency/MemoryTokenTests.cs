using DaprMemory.Core.Spaces;
using DaprMemory.Service.Consistency;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class MemoryTokenTests
{
    static readonly SpaceId A = new("acme", "a");
    static readonly SpaceId B = new("acme", "b");

    static MemoryToken Read(StringValues header, SpaceId space)
    {
        MemoryToken.TryRead(header, space, out var token).ShouldBeTrue();
        return token;
    }

    [Fact]
    public void A_token_carries_every_space_that_was_seen()
    {
        var first = Read(default, A).Next(A, 7, DependencySet.None);
        var second = Read(first, B).Next(B, long.MaxValue, DependencySet.None);
        Read(second, A).Seen.ShouldBe(7);
        Read(second, B).Seen.ShouldBe(long.MaxValue);
        Read(second, new SpaceId("acme", "c")).Seen.ShouldBe(0);
    }

    [Fact]
    public void A_token_never_goes_back()
    {
        var nine = Read(default, A).Next(A, 9, DependencySet.None);
        Read(Read(nine, A).Next(A, 3, DependencySet.None), A).Seen.ShouldBe(9);
        Read(nine, A).Next(A, 9, DependencySet.None).ShouldBe(nine);
        var both = Read(nine, B).Next(B, 2, DependencySet.None);
        Read(Read(both, A).Next(A, 3, DependencySet.None), A).Seen.ShouldBe(9);
    }

    [Fact]
    public void Several_tokens_combine_to_the_newest_of_each_space()
    {
        var one = Read(Read(default, A).Next(A, 5, DependencySet.None), B).Next(B, 2, DependencySet.None);
        var two = Read(Read(default, A).Next(A, 3, DependencySet.None), B).Next(B, 8, DependencySet.None);
        foreach (var header in new StringValues[] { new([one, two]), $"{one}, {two}", new([two, "", one]) })
        {
            Read(header, A).Seen.ShouldBe(5);
            Read(header, B).Seen.ShouldBe(8);
            Read(Read(header, A).Next(A, 6, DependencySet.None), B).Seen.ShouldBe(8);
        }
    }

    [Fact]
    public void A_token_holds_at_most_1_KiB_and_drops_what_was_seen_longest_ago()
    {
        var text = "";
        for (var i = 0; i < 500; i++)
        {
            var space = new SpaceId("acme", $"space-{i}");
            text = Read(text, space).Next(space, i + 1_000_000, DependencySet.None);
            text.Length.ShouldBeLessThanOrEqualTo(TokenReader.MaxLength);
            Read(text, space).Seen.ShouldBe(i + 1_000_000);
        }
        Read(text, new SpaceId("acme", "space-480")).Seen.ShouldBe(1_000_480);
        Read(text, new SpaceId("acme", "space-0")).Seen.ShouldBe(0);
    }

    [Fact]
    public void What_has_no_room_is_not_forgotten_quietly()
    {
        var others = Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"some-space-{i}", 1L + i)).ToList();
        var c = new SpaceId("acme", "some-space-99");

        var dependent = Read(Read(default, A).Next(A, 1, DependencySet.Of(others)), c);
        dependent.HasMore.ShouldBeTrue();
        dependent.Suffices(ConsistencyLevel.Session).ShouldBeTrue("it has not seen that space itself");
        dependent.Suffices(ConsistencyLevel.Causal).ShouldBeFalse();

        var text = "";
        foreach (var (name, version) in others)
            text = Read(text, new SpaceId("acme", name)).Next(new SpaceId("acme", name), version, DependencySet.None);
        var forgotten = Read(text, new SpaceId("acme", "some-space-0"));
        forgotten.Suffices(ConsistencyLevel.Session).ShouldBeFalse();
        forgotten.Suffices(ConsistencyLevel.Causal).ShouldBeFalse();
        forgotten.Suffices(ConsistencyLevel.Eventual).ShouldBeTrue();
        Read(text, c).Suffices(ConsistencyLevel.Causal).ShouldBeTrue("it is named");
        Read(Read(text, A).Next(A, 1, DependencySet.None), new SpaceId("acme", "b")).Suffices(ConsistencyLevel.Session).ShouldBeFalse("for ever");
    }

    [Fact]
    public void Dependencies_raise_what_a_token_names_and_join_it()
    {
        var text = Read(Read(default, B).Next(B, 3, DependencySet.None), A).Next(A, 1, DependencySet.Of([new("b", 7), new("c", 2), new("a", 99)]));
        Read(text, B).Seen.ShouldBe(7);
        Read(text, new SpaceId("acme", "c")).Seen.ShouldBe(2);
        Read(text, A).Seen.ShouldBe(1, "a space is as new as it was served");
        Read(text, A).HasMore.ShouldBeFalse();
        Read(Read(text, A).Next(A, 1, DependencySet.Of([new("b", 5)])), B).Seen.ShouldBe(7);
    }

    [Fact]
    public void A_dependency_on_more_than_was_named_marks_the_token()
    {
        var token = Read(Read(default, A).Next(A, 1, DependencySet.Of([new(MemoryToken.More, 1), new("c", 2)])), B);
        token.Suffices(ConsistencyLevel.Causal).ShouldBeFalse();
        token.Others.ShouldBe([("a", 1), ("c", 2)]);
    }

    [Fact]
    public void Too_many_tokens_at_once_are_not_forgotten_quietly_either()
    {
        var tokens = Enumerable.Range(0, 300).Select(i => Read(default, new SpaceId("acme", $"s{i}")).Next(new SpaceId("acme", $"s{i}"), 1, DependencySet.None));
        var token = Read(new StringValues([.. tokens]), A);
        token.Others.Count.ShouldBeLessThan(300);
        token.Suffices(ConsistencyLevel.Session).ShouldBeFalse();
    }

    [Fact]
    public void The_longest_names_fit()
    {
        var space = new SpaceId(new string('t', 63), new string('s', 128) + "@" + new string('b', 128));
        Read(Read(default, space).Next(space, long.MaxValue, DependencySet.None), space).Seen.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void A_token_of_another_tenant_is_none()
    {
        var text = Read(default, A).Next(A, 7, DependencySet.None);
        MemoryToken.TryRead(text, new SpaceId("acme2", "a"), out _).ShouldBeFalse();
        MemoryToken.TryRead(text, new SpaceId("acm", "a"), out _).ShouldBeFalse();
    }

    [Fact]
    public void No_damaged_token_makes_reading_fail_otherwise_than_by_saying_so()
    {
        var random = new Random(1);
        var text = Read(Read(default, A).Next(A, 300, DependencySet.None), B).Next(B, 70_000, DependencySet.None);
        for (var i = 0; i < text.Length; i++)
        {
            MemoryToken.TryRead(text[..i] + "*" + text[(i + 1)..], A, out _).ShouldBeFalse();
            MemoryToken.TryRead(text[..i], A, out _);
        }
        for (var i = 0; i < 10_000; i++)
        {
            var damaged = text.ToCharArray();
            damaged[random.Next(damaged.Length)] = "ABCDEFxyz019-_"[random.Next(14)];
            if (MemoryToken.TryRead(new string(damaged), A, out var token))
                token.Next(A, 1, DependencySet.None).Length.ShouldBeLessThanOrEqualTo(TokenReader.MaxLength);
        }
        MemoryToken.TryRead(new string('A', 2000), A, out _).ShouldBeFalse();
    }
}
