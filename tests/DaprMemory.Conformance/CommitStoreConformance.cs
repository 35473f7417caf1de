using System.Diagnostics;
using System.Text;
using DaprMemory.Core.Log;

namespace DaprMemory.Conformance;

/// <summary>The rules of <see cref="ICommitStore"/> as tests. A store inherits them by saying how it is reached.</summary>
/// <remarks>
/// The store is healthy while they run, so a <c>false</c> and an absence count as answers here. Keys are new in each run: a store that
/// outlives the run does no harm. Two rules are left out on purpose, because Redis does not keep them and the log does not need them:
/// an update of a missing key, and tags that are never used again after a delete.
/// </remarks>
public abstract class CommitStoreConformance
{
    const int Racers = 32;

    readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Ways to one and the same store, one for each node; at least one.</summary>
    protected abstract IReadOnlyList<ICommitStore> Nodes { get; }

    /// <summary>How long a test waits for something that must happen.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    ICommitStore Store => Nodes[0];

    [Fact]
    public async Task Create_of_an_absent_key_is_true_and_every_node_reads_it()
    {
        var key = Key("created");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        foreach (var node in Nodes)
            await ShouldHoldAsync(node, key, "one");
    }

    [Fact]
    public async Task Create_of_a_present_key_is_false_and_changes_neither_value_nor_tag()
    {
        var key = Key("present");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        var before = await ReadAsync(Store, key);
        foreach (var node in Nodes)
        {
            (await node.TryCreateAsync(key, Bytes("two"), default)).ShouldBeFalse();
            (await node.TryCreateAsync(key, Bytes("one"), default)).ShouldBeFalse("the same value again is no creation either");
        }
        var after = await ReadAsync(Store, key);
        Text(after).ShouldBe("one");
        after.ETag.ShouldBe(before.ETag);
    }

    [Fact]
    public async Task Create_of_an_updated_key_is_false()
    {
        var key = Key("updated");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        (await Store.TryUpdateAsync(key, Bytes("two"), (await ReadAsync(Store, key)).ETag, default)).ShouldBeTrue();
        (await Store.TryCreateAsync(key, Bytes("three"), default)).ShouldBeFalse();
        await ShouldHoldAsync(Store, key, "two");
    }

    [Fact]
    public async Task Create_by_many_at_once_has_one_winner_whose_value_stays()
    {
        for (var round = 0; round < 8; round++)
        {
            var key = Key($"race:{round}");
            var won = await RaceAsync((racer, node) => node.TryCreateAsync(key, Bytes($"racer {racer}"), default));
            won.Length.ShouldBe(1);
            foreach (var node in Nodes)
                await ShouldHoldAsync(node, key, $"racer {won[0]}");
        }
    }

    [Fact]
    public async Task Get_of_an_absent_key_is_null()
    {
        foreach (var node in Nodes)
            (await node.GetAsync(Key("absent"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Get_gives_a_tag_that_is_the_same_until_the_value_changes()
    {
        var key = Key("tag");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        var first = await ReadAsync(Store, key);
        first.ETag.ShouldNotBeNullOrEmpty();
        foreach (var node in Nodes)
            (await ReadAsync(node, key)).ETag.ShouldBe(first.ETag);
        (await Store.TryUpdateAsync(key, Bytes("one"), first.ETag, default)).ShouldBeTrue();
        (await ReadAsync(Store, key)).ETag.ShouldNotBe(first.ETag, "the same bytes are still a new write");
    }

    [Fact]
    public async Task Update_with_the_current_tag_is_true_and_every_node_reads_it()
    {
        var key = Key("update");
        (await Store.TryCreateAsync(key, Bytes("0"), default)).ShouldBeTrue();
        for (var i = 0; i < Nodes.Count; i++)
        {
            (await Nodes[i].TryUpdateAsync(key, Bytes($"{i + 1}"), (await ReadAsync(Store, key)).ETag, default)).ShouldBeTrue();
            foreach (var node in Nodes)
                await ShouldHoldAsync(node, key, $"{i + 1}");
        }
    }

    [Fact]
    public async Task Update_with_a_stale_tag_is_false_and_changes_neither_value_nor_tag()
    {
        var key = Key("stale");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        var stale = await ReadAsync(Store, key);
        (await Store.TryUpdateAsync(key, Bytes("two"), stale.ETag, default)).ShouldBeTrue();
        var current = await ReadAsync(Store, key);
        foreach (var node in Nodes)
            (await node.TryUpdateAsync(key, Bytes("three"), stale.ETag, default)).ShouldBeFalse();
        var after = await ReadAsync(Store, key);
        Text(after).ShouldBe("two");
        after.ETag.ShouldBe(current.ETag);
    }

    [Fact]
    public async Task Update_with_a_foreign_tag_is_false_and_leaves_the_value()
    {
        var key = Key("foreign");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        // Of the forms that stores use: a word, a number, a UUID.
        foreach (var tag in new[] { "not-a-tag", "4000000000", Guid.NewGuid().ToString() })
            (await Store.TryUpdateAsync(key, Bytes("two"), tag, default)).ShouldBeFalse(tag);
        await ShouldHoldAsync(Store, key, "one");
    }

    [Fact]
    public async Task Update_by_many_with_one_tag_has_one_winner_whose_value_stays()
    {
        for (var round = 0; round < 8; round++)
        {
            var key = Key($"update-race:{round}");
            (await Store.TryCreateAsync(key, Bytes("start"), default)).ShouldBeTrue();
            var tag = (await ReadAsync(Store, key)).ETag;
            var won = await RaceAsync((racer, node) => node.TryUpdateAsync(key, Bytes($"racer {racer}"), tag, default));
            won.Length.ShouldBe(1);
            foreach (var node in Nodes)
                await ShouldHoldAsync(node, key, $"racer {won[0]}");
        }
    }

    [Fact]
    public async Task Update_by_many_in_turn_loses_none_that_was_acknowledged()
    {
        const int writers = 8, turns = 6;
        var key = Key("turns");
        (await Store.TryCreateAsync(key, Bytes("start"), default)).ShouldBeTrue();
        // All begin with the same value and tag, so that a store which lets two of them through has lost one for certain.
        var first = await ReadAsync(Store, key);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var node = Nodes[writer % Nodes.Count];
            var current = first;
            for (var turn = 0; turn < turns; current = await ReadAsync(node, key))
            {
                if (await node.TryUpdateAsync(key, Bytes($"{Text(current)} {writer}.{turn}"), current.ETag, default))
                    turn++;
            }
        })));

        var expected = Enumerable.Range(0, writers).SelectMany(writer => Enumerable.Range(0, turns).Select(turn => $"{writer}.{turn}"));
        Text(await ReadAsync(Store, key)).Split(' ')[1..].ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Created_key_is_gone_after_its_time_to_live_and_can_be_created_again()
    {
        var key = Key("life");
        (await Store.TryCreateAsync(key, Bytes("one"), TimeSpan.FromSeconds(1), default)).ShouldBeTrue();
        await WaitUntilGoneAsync(key);
        (await Store.GetManyAsync([key], default)).ShouldBeEmpty();
        (await Store.TryCreateAsync(key, Bytes("two"), TimeSpan.FromHours(1), default)).ShouldBeTrue();
        foreach (var node in Nodes)
            await ShouldHoldAsync(node, key, "two");
    }

    [Fact]
    public async Task Update_gives_the_key_a_new_time_to_live()
    {
        var (longer, shorter, other) = (Key("longer"), Key("shorter"), Key("other"));
        (await Store.TryCreateAsync(longer, Bytes("one"), TimeSpan.FromSeconds(2), default)).ShouldBeTrue();
        (await Store.TryCreateAsync(shorter, Bytes("one"), TimeSpan.FromHours(1), default)).ShouldBeTrue();
        (await Store.TryUpdateAsync(longer, Bytes("two"), (await ReadAsync(Store, longer)).ETag, TimeSpan.FromHours(1), default)).ShouldBeTrue();
        (await Store.TryUpdateAsync(shorter, Bytes("two"), (await ReadAsync(Store, shorter)).ETag, TimeSpan.FromSeconds(1), default)).ShouldBeTrue();
        await WaitUntilGoneAsync(shorter);
        // Its life began later and is as long as the first one of the key that must still be there.
        (await Store.TryCreateAsync(other, Bytes("one"), TimeSpan.FromSeconds(2), default)).ShouldBeTrue();
        await WaitUntilGoneAsync(other);
        await ShouldHoldAsync(Store, longer, "two");
    }

    [Fact]
    public async Task GetMany_gives_what_is_there_and_nothing_else()
    {
        var keys = Enumerable.Range(0, 300).Select(i => Key($"many:{i}")).ToArray();
        await Task.WhenAll(keys.Where((_, i) => i % 3 != 0).Select(key => Store.TryCreateAsync(key, Bytes(key), default)));
        foreach (var node in Nodes)
        {
            var found = await node.GetManyAsync(keys, default);
            found.Keys.ShouldBe(keys.Where((_, i) => i % 3 != 0), ignoreOrder: true);
            foreach (var (key, value) in found)
                Text(value).ShouldBe(key);
        }
    }

    [Fact]
    public async Task GetMany_of_absent_keys_or_none_is_empty()
    {
        (await Store.GetManyAsync([], default)).ShouldBeEmpty();
        (await Store.GetManyAsync([Key("none:1"), Key("none:2")], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task GetMany_reads_what_was_just_written_with_its_tag()
    {
        var key = Key("fresh");
        (await Store.TryCreateAsync(key, Bytes("one"), default)).ShouldBeTrue();
        foreach (var node in Nodes)
            (await node.GetManyAsync([key], default))[key].ETag.ShouldBe((await ReadAsync(node, key)).ETag);
        (await Store.TryUpdateAsync(key, Bytes("two"), (await Store.GetManyAsync([key], default))[key].ETag, default)).ShouldBeTrue();
        foreach (var node in Nodes)
            Text((await node.GetManyAsync([key], default))[key]).ShouldBe("two");
    }

    [Fact]
    public async Task Payloads_come_back_byte_for_byte()
    {
        foreach (var (name, payload) in ConformancePayloads.All)
        {
            var key = Key($"payload:{name}");
            (await Store.TryCreateAsync(key, Bytes(payload), default)).ShouldBeTrue(name);
            await ShouldHoldAsync(Store, key, payload, name);
            Text((await Store.GetManyAsync([key], default))[key]).ShouldBe(payload, name);

            var updated = Key($"payload-update:{name}");
            (await Store.TryCreateAsync(updated, Bytes("before"), default)).ShouldBeTrue(name);
            (await Store.TryUpdateAsync(updated, Bytes(payload), (await ReadAsync(Store, updated)).ETag, default)).ShouldBeTrue(name);
            await ShouldHoldAsync(Store, updated, payload, name);
        }
    }

    [Fact]
    public async Task Payloads_are_the_stores_own_copy()
    {
        var key = Key("copy");
        var bytes = Encoding.UTF8.GetBytes("mine");
        (await Store.TryCreateAsync(key, bytes, default)).ShouldBeTrue();
        bytes.AsSpan().Fill((byte)'x');
        await ShouldHoldAsync(Store, key, "mine");
    }

    [Fact]
    public async Task Keys_that_look_alike_are_different_keys()
    {
        string[] suffixes =
        [
            "a", "A", "a:b", "a~b", "a@b", "a.b", "a..b", "a=b", "a-b", "a_b", "a/b", "a//b", "a/./b", "a/../b", "a%2Fb", "a+b", "a b", "a%20b", "a%2Bb",
            "a?b", "a#b", "a&b", "é", "日本", "🙂", new string('k', 600),
        ];
        foreach (var suffix in suffixes)
            (await Store.TryCreateAsync(Key(suffix), Bytes(suffix), default)).ShouldBeTrue(suffix);
        foreach (var suffix in suffixes)
            await ShouldHoldAsync(Store, Key(suffix), suffix, suffix);
        var found = await Store.GetManyAsync([.. suffixes.Select(Key)], default);
        foreach (var suffix in suffixes)
            Text(found[Key(suffix)]).ShouldBe(suffix);
    }

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(StoredValue value) => Encoding.UTF8.GetString(value.Value.Span);

    static async Task<StoredValue> ReadAsync(ICommitStore store, string key) => (await store.GetAsync(key, default)).ShouldNotBeNull(key);

    // Not ShouldBe on two mebibytes: its message would be as long.
    static async Task ShouldHoldAsync(ICommitStore store, string key, string expected, string? what = null)
    {
        var actual = Text(await ReadAsync(store, key));
        if (expected.Length < 1000)
            actual.ShouldBe(expected, what);
        else
            string.Equals(actual, expected, StringComparison.Ordinal).ShouldBeTrue(what);
    }

    async Task WaitUntilGoneAsync(string key)
    {
        var began = Stopwatch.GetTimestamp();
        while (await Store.GetAsync(key, default) is not null)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, key);
            await Task.Delay(20);
        }
    }

    string Key(string suffix) => $"conformance:{_run}:{suffix}";

    /// <summary>Lets all begin together, spread over the nodes; gives the numbers of those that were answered <c>true</c>.</summary>
    async Task<int[]> RaceAsync(Func<int, ICommitStore, Task<bool>> run)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var racers = Enumerable.Range(0, Racers).Select(async racer =>
        {
            await start.Task;
            return await run(racer, Nodes[racer % Nodes.Count]);
        }).ToArray();
        start.SetResult();
        var answers = await Task.WhenAll(racers);
        return [.. Enumerable.Range(0, Racers).Where(racer => answers[racer])];
    }
}
