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
            text.Length.ShouldBeLessThanOrEqualTo(MemoryToken.MaxLength);
            Read(text, space).Seen.ShouldBe(i + 1_000_000);
        }
        Read(text, new SpaceId("acme", "space-480")).Seen.ShouldBe(1_000_480);
        Read(text, new SpaceId("acme", "space-0")).Seen.ShouldBe(0);
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
                token.Next(A, 1, DependencySet.None).Length.ShouldBeLessThanOrEqualTo(MemoryToken.MaxLength);
        }
        MemoryToken.TryRead(new string('A', 2000), A, out _).ShouldBeFalse();
    }
}
