using System.Collections.Concurrent;
using System.Reflection;
using DaprMemory.Core.Log;

namespace DaprMemory.Conformance.Tests;

/// <summary>The suite is worth something only if stores that break a rule fail it.</summary>
public sealed class BrokenStoreTests
{
    [Fact]
    public async Task Suite_passes_a_correct_store() => (await FailuresAsync(new InMemoryCommitStore())).ShouldBeEmpty();

    [Fact]
    public async Task Suite_fails_a_store_that_overwrites_on_create() =>
        (await FailuresAsync(new BrokenStore { OverwritesOnCreate = true })).ShouldBe(
        [
            nameof(CommitStoreConformance.Create_of_a_present_key_is_false_and_changes_neither_value_nor_tag),
            nameof(CommitStoreConformance.Create_of_an_updated_key_is_false),
            nameof(CommitStoreConformance.Create_by_many_at_once_has_one_winner_whose_value_stays),
        ], ignoreOrder: true);

    [Fact]
    public async Task Suite_fails_a_store_that_says_true_though_it_lost() =>
        (await FailuresAsync(new BrokenStore { SaysTrueAlways = true })).ShouldBe(
        [
            nameof(CommitStoreConformance.Create_of_a_present_key_is_false_and_changes_neither_value_nor_tag),
            nameof(CommitStoreConformance.Create_of_an_updated_key_is_false),
            nameof(CommitStoreConformance.Create_by_many_at_once_has_one_winner_whose_value_stays),
            nameof(CommitStoreConformance.Update_with_a_stale_tag_is_false_and_changes_neither_value_nor_tag),
            nameof(CommitStoreConformance.Update_with_a_foreign_tag_is_false_and_leaves_the_value),
            nameof(CommitStoreConformance.Update_by_many_with_one_tag_has_one_winner_whose_value_stays),
            nameof(CommitStoreConformance.Update_by_many_in_turn_loses_none_that_was_acknowledged),
        ], ignoreOrder: true);

    [Fact]
    public async Task Suite_fails_a_store_that_forgets_to_check_tags() =>
        (await FailuresAsync(new BrokenStore { ForgetsTags = true })).ShouldBe(
        [
            nameof(CommitStoreConformance.Update_with_a_stale_tag_is_false_and_changes_neither_value_nor_tag),
            nameof(CommitStoreConformance.Update_with_a_foreign_tag_is_false_and_leaves_the_value),
            nameof(CommitStoreConformance.Update_by_many_with_one_tag_has_one_winner_whose_value_stays),
            nameof(CommitStoreConformance.Update_by_many_in_turn_loses_none_that_was_acknowledged),
        ], ignoreOrder: true);

    [Fact]
    public async Task Suite_fails_a_store_that_rounds_numbers() =>
        (await FailuresAsync(new BrokenStore { Spoils = text => text.Replace("9007199254740993", "9007199254740992", StringComparison.Ordinal) }))
            .ShouldBe([nameof(CommitStoreConformance.Payloads_come_back_byte_for_byte)]);

    [Fact]
    public async Task Suite_fails_a_store_that_leaves_out_keys() =>
        (await FailuresAsync(new InMemoryCommitStore { IsDroppedFromGetMany = key => key.EndsWith(":many:7", StringComparison.Ordinal) }))
            .ShouldBe([nameof(CommitStoreConformance.GetMany_gives_what_is_there_and_nothing_else)]);

    [Fact]
    public async Task Suite_fails_a_store_that_keeps_keys_for_ever() =>
        (await FailuresAsync(new BrokenStore { ForgetsLives = true })).ShouldBe(
        [
            nameof(CommitStoreConformance.Created_key_is_gone_after_its_time_to_live_and_can_be_created_again),
            nameof(CommitStoreConformance.Update_gives_the_key_a_new_time_to_live),
        ], ignoreOrder: true);

    [Fact]
    public async Task Suite_fails_a_store_that_keeps_the_first_expiry() =>
        (await FailuresAsync(new BrokenStore { KeepsFirstExpiry = true }))
            .ShouldBe([nameof(CommitStoreConformance.Update_gives_the_key_a_new_time_to_live)]);

    /// <summary>Runs the suite against a store and gives the names of the tests that failed.</summary>
    static async Task<List<string>> FailuresAsync(ICommitStore store)
    {
        // All at once: some of them wait for keys to expire.
        var failures = await Task.WhenAll(typeof(CommitStoreConformance).GetMethods()
            .Where(method => method.IsDefined(typeof(FactAttribute)))
            .Select(async test =>
            {
                try
                {
                    await (Task)test.Invoke(new Suite(store), null)!;
                    return null;
                }
                catch (ShouldAssertException)
                {
                    return test.Name;
                }
            }));
        return [.. failures.OfType<string>()];
    }

    sealed class Suite(ICommitStore store) : CommitStoreConformance
    {
        protected override IReadOnlyList<ICommitStore> Nodes => [store];

        protected override TimeSpan Patience => TimeSpan.FromSeconds(5);
    }

    /// <summary>A store with one mistake.</summary>
    sealed class BrokenStore : ICommitStore
    {
        readonly ConcurrentDictionary<string, StoredValue> _values = new(StringComparer.Ordinal);
        readonly ConcurrentDictionary<string, DateTimeOffset> _expiries = new(StringComparer.Ordinal);

        public bool OverwritesOnCreate { get; init; }

        public bool SaysTrueAlways { get; init; }

        public bool ForgetsTags { get; init; }

        public bool ForgetsLives { get; init; }

        public bool KeepsFirstExpiry { get; init; }

        public Func<string, string> Spoils { get; init; } = text => text;

        public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Sweep(key);
            var stored = New(value);
            if (!OverwritesOnCreate)
                return (_values.TryAdd(key, stored) && Expire(key, timeToLive)) || SaysTrueAlways;
            _values[key] = stored;
            return Expire(key, timeToLive);
        }

        public async Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var current = _values[key];
            if (ForgetsTags)
            {
                _values[key] = New(value);
                return Expire(key, timeToLive);
            }
            return (current.ETag == etag && _values.TryUpdate(key, New(value), current) && (KeepsFirstExpiry || Expire(key, timeToLive))) || SaysTrueAlways;
        }

        public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
        {
            Sweep(key);
            return Task.FromResult(_values.TryGetValue(key, out var value) ? value : default(StoredValue?));
        }

        public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            foreach (var key in keys)
                Sweep(key);
            return Task.FromResult<IReadOnlyDictionary<string, StoredValue>>(
                keys.Where(_values.ContainsKey).ToDictionary(key => key, key => _values[key], StringComparer.Ordinal));
        }

        bool Expire(string key, TimeSpan? timeToLive)
        {
            if (timeToLive is { } life && !ForgetsLives)
                _expiries[key] = DateTimeOffset.UtcNow + life;
            return true;
        }

        void Sweep(string key)
        {
            if (_expiries.TryGetValue(key, out var expiresAt) && DateTimeOffset.UtcNow >= expiresAt && _expiries.TryRemove(KeyValuePair.Create(key, expiresAt)))
                _values.TryRemove(key, out _);
        }

        StoredValue New(ReadOnlyMemory<byte> value) =>
            new(System.Text.Encoding.UTF8.GetBytes(Spoils(System.Text.Encoding.UTF8.GetString(value.Span))), Guid.NewGuid().ToString());
    }
}
