using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.State;

/// <summary>Values in the hot store: used when they are the right ones, repaired when not, and never missed when they are gone.</summary>
public sealed class HotValuesTests
{
    readonly FaultyStore.Shared _disk = new();
    readonly HotMemory _hot = new();

    [Fact]
    public async Task Value_read_from_the_log_is_in_the_hot_store_for_the_next_node()
    {
        var etag = await new Node(_disk).CommitAsync(Put("a", "\"x y\""));
        (await SourceAsync(new Node(_disk, hot: _hot), etag)).ShouldBe((ValueSource.Store, "\"x y\""));
        await WaitForAsync(() => !_hot.Texts.IsEmpty);

        (await SourceAsync(new Node(_disk, hot: _hot), etag)).ShouldBe((ValueSource.Hot, "\"x y\""));
    }

    [Fact]
    public async Task Value_under_another_etag_or_of_another_shape_is_not_believed_and_repaired()
    {
        var etag = await new Node(_disk).CommitAsync(Put("a", "1"));
        var key = StoreKeys.HotValue(Id, Key("a"));
        foreach (var lie in new[] { "0.0 99", "1.1 99", "11.0 99", "1.0", "", "\0" })
        {
            _hot.Texts[key] = Encoding.UTF8.GetBytes(lie);
            (await SourceAsync(new Node(_disk, hot: _hot), etag)).ShouldBe((ValueSource.Store, "1"));
            await WaitForAsync(() => Encoding.UTF8.GetString(_hot.Texts[key].Span) == "1.0 1");
        }
    }

    [Fact]
    public async Task Hot_store_that_is_down_costs_speed_only()
    {
        var etag = await new Node(_disk).CommitAsync(Put("a", "1"));
        _hot.IsDown = true;

        (await SourceAsync(new Node(_disk, hot: _hot), etag)).ShouldBe((ValueSource.Store, "1"));
    }

    [Fact]
    public async Task Keys_that_were_hot_are_in_memory_before_they_are_asked_for_again()
    {
        var clock = new TestClock();
        var before = new Node(_disk, hot: _hot, time: clock);
        await before.CommitAsync([.. Enumerable.Range(0, 200).Select(i => Put($"k{i}", $"{i}"))]);
        for (var i = 0; i < 400; i++)
            await before.ReadAsync($"k{i % 5}", ConsistencyLevel.Session);
        clock.Advance(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 50; i++)
            await before.ReadAsync($"k{i % 5}", ConsistencyLevel.Session);
        await WaitForAsync(() => _hot.Texts.ContainsKey(StoreKeys.RecentKeys(Id)));

        var after = new Node(_disk, hot: _hot);
        var space = await after.OpenAsync();

        // Nobody asks for it, so only the warm-up can bring it.
        await WaitForAsync(() => after.Spaces.Cache.TryGet(Id, Key("k3"), new ETag(1, 0), out _));
        space.View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Storm_of_misses_brings_what_is_hot_back_into_memory()
    {
        var clock = new TestClock();
        var node = new Node(_disk, new SpaceOptions { ValueCacheBytes = 100_000 }, clock, _hot);
        // One value a commit: reading one of them from the log brings no other.
        for (var i = 0; i < 100; i++)
            await node.CommitAsync(Put($"k{i}", $"{i}"));
        for (var i = 0; i < 400; i++)
            await node.ReadAsync($"k{i % 5}", ConsistencyLevel.Session);
        for (var i = 0; i < 5; i++)
            await node.CommitAsync(Put($"large{i}", $"\"{new string('x', 20_000)}\""));
        IsInMemory("k3").ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(11));

        for (var i = 10; i < 90; i++)
            await node.ReadAsync($"k{i}", ConsistencyLevel.Session);

        await WaitForAsync(() => IsInMemory("k3"));

        bool IsInMemory(string key) => node.Spaces.Cache.TryGet(Id, Key(key), new ETag(int.Parse(key[1..]) + 1, 0), out _);
    }

    [Fact]
    public void Sketch_keeps_what_is_read_often_through_a_flood_of_keys_read_once()
    {
        var recent = new RecentKeys();
        for (var i = 0; i < 20_000; i++)
        {
            recent.Touch(Key("often"));
            recent.Touch(Key($"once-{i}"));
            recent.Touch(Key($"once-{i}-again"));
        }

        var keys = RecentKeys.Decode(recent.Encode());

        keys.Count.ShouldBeLessThanOrEqualTo(RecentKeys.Capacity);
        keys[0].ShouldBe(Key("often"));
        RecentKeys.Decode("nonsense\n\n7\n9999 x\n1 good"u8).ShouldBe([Key("good")]);
    }

    static async Task<(ValueSource, string)> SourceAsync(Node node, ETag etag)
    {
        var value = await (await node.OpenAsync()).ReadValueAsync(Key("a"), etag, default);
        return (value.Source, Encoding.UTF8.GetString(value.Json.Span));
    }

    static async Task WaitForAsync(Func<bool> isSo)
    {
        for (var patience = 0; !isSo(); patience++)
        {
            patience.ShouldBeLessThan(2000);
            await Task.Delay(5);
        }
    }
}
