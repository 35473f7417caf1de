using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.State;

/// <summary>What the cache keeps, and what it never gives.</summary>
public sealed class ValueCacheTests
{
    static readonly SpaceId Space = new("acme", "notes");

    [Fact]
    public void Value_under_another_etag_is_not_given()
    {
        var cache = new ValueCache(1 << 20);
        cache.Put(Space, Key("a"), new ETag(2, 0), "2"u8.ToArray());

        cache.TryGet(Space, Key("a"), new ETag(1, 0), out _).ShouldBeFalse();
        cache.TryGet(Space, Key("a"), new ETag(3, 0), out _).ShouldBeFalse();
        cache.TryGet(new SpaceId("other", "notes"), Key("a"), new ETag(2, 0), out _).ShouldBeFalse();
        cache.TryGet(Space, Key("a"), new ETag(2, 0), out var json).ShouldBeTrue();
        json.ToArray().ShouldBe("2"u8.ToArray());
    }

    [Fact]
    public void Older_value_does_not_replace_a_newer_one()
    {
        var cache = new ValueCache(1 << 20);
        cache.Put(Space, Key("a"), new ETag(2, 0), "2"u8.ToArray());
        cache.Put(Space, Key("a"), new ETag(1, 5), "1"u8.ToArray());

        cache.TryGet(Space, Key("a"), new ETag(2, 0), out _).ShouldBeTrue();
    }

    [Fact]
    public void Budget_is_kept_and_what_was_used_lately_stays()
    {
        var cache = new ValueCache(100_000);
        cache.Put(Space, Key("used"), new ETag(1, 0), new byte[1000]);
        for (var i = 0; i < 500; i++)
        {
            cache.Put(Space, Key($"k{i}"), new ETag(1, i), new byte[1000]);
            cache.TryGet(Space, Key("used"), new ETag(1, 0), out _).ShouldBeTrue();
            cache.Bytes.ShouldBeLessThanOrEqualTo(100_000);
        }
        cache.TryGet(Space, Key("k0"), new ETag(1, 0), out _).ShouldBeFalse();
        cache.TryGet(Space, Key("k499"), new ETag(1, 499), out _).ShouldBeTrue();
    }

    [Fact]
    public void Value_of_a_large_part_of_the_budget_is_not_kept()
    {
        var cache = new ValueCache(100_000);
        cache.Put(Space, Key("a"), new ETag(1, 0), new byte[50_000]);

        cache.Bytes.ShouldBe(0);
    }

    static RecordKey Key(string key) => new(RecordKind.State, key);
}
