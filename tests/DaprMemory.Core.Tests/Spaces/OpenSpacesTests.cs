using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>Which spaces a node keeps open when there are too many of them.</summary>
public sealed class OpenSpacesTests
{
    readonly FaultyStore.Shared _disk = new();
    readonly TestClock _time = new();

    [Fact]
    public async Task Tenant_over_its_limit_closes_its_own_least_recently_used()
    {
        await using var spaces = NewRegistry(most: 2);
        var foreign = await OpenAsync(spaces, "other", "a");
        var first = await OpenAsync(spaces, "acme", "a");
        var second = await OpenAsync(spaces, "acme", "b");
        (await OpenAsync(spaces, "acme", "a")).ShouldBeSameAs(first);

        await OpenAsync(spaces, "acme", "c");

        spaces.Count.ShouldBe(3);
        (await OpenAsync(spaces, "other", "a")).ShouldBeSameAs(foreign);
        (await OpenAsync(spaces, "acme", "a")).ShouldBeSameAs(first);
        (await OpenAsync(spaces, "acme", "b")).ShouldNotBeSameAs(second);
    }

    [Fact]
    public async Task Tenant_all_of_whose_spaces_are_busy_is_refused_until_one_is_not()
    {
        var store = new HeldStore(new FaultyStore(_disk, new Random(1)), "acme:a:c:");
        await using var spaces = NewRegistry(most: 1, store);
        var space = await OpenAsync(spaces, "acme", "a");
        var write = space.WriteAsync(Node.Request(Node.Put("k")), default);
        await store.Reached;

        await Should.ThrowAsync<TooManySpacesException>(async () => await OpenAsync(spaces, "acme", "b"));
        (await OpenAsync(spaces, "acme", "a")).ShouldBeSameAs(space);
        await OpenAsync(spaces, "other", "a");
        store.Release();
        (await write).ShouldBeOfType<WriteOutcome.Committed>();
    }

    [Fact]
    public async Task What_the_system_keeps_for_a_tenant_takes_no_place_of_its_spaces()
    {
        var store = new HeldStore(new FaultyStore(_disk, new Random(1)), "acme:a:c:");
        await using var spaces = NewRegistry(most: 1, store);
        var space = await OpenAsync(spaces, "acme", "a");
        var write = space.WriteAsync(Node.Request(Node.Put("k")), default);
        await store.Reached;

        await OpenAsync(spaces, "acme", ReadTrail.SpaceName);
        (await OpenAsync(spaces, "acme", "a")).ShouldBeSameAs(space);
        store.Release();
        (await write).ShouldBeOfType<WriteOutcome.Committed>();
    }

    [Fact]
    public async Task Tenant_that_opens_ever_more_spaces_drives_out_its_own()
    {
        // A budget that the quiet tenant's space and a few others fit in.
        await using var spaces = NewRegistry(most: null, budgetBytes: 1024 * 1024);
        var quiet = await OpenAsync(spaces, "quiet", "a");
        await FillAsync(quiet, 100);

        for (var i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await FillAsync(await OpenAsync(spaces, "noisy", $"s{i}"), 300);
        }

        spaces.Count.ShouldBeLessThan(30);
        (await OpenAsync(spaces, "quiet", "a")).ShouldBeSameAs(quiet);
    }

    [Fact]
    public async Task Space_that_nobody_used_for_long_leaves_before_one_of_a_tenant_that_has_much()
    {
        await using var spaces = NewRegistry(most: null, budgetBytes: 1024 * 1024);
        var stale = await OpenAsync(spaces, "quiet", "a");
        await FillAsync(stale, 100);
        _time.Advance(TimeSpan.FromMinutes(6));
        var big = await OpenAsync(spaces, "big", "a");

        // With the stale one more than the budget, without it less.
        await FillAsync(big, 4300);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await OpenAsync(spaces, "big", "a")).ShouldBeSameAs(big);
        _time.Advance(TimeSpan.FromSeconds(1));

        (await OpenAsync(spaces, "big", "a")).ShouldBeSameAs(big);
        (await OpenAsync(spaces, "quiet", "a")).ShouldNotBeSameAs(stale);
    }

    SpaceRegistry NewRegistry(int? most, ICommitStore? store = null, long budgetBytes = 1L << 30) =>
        new(store ?? new FaultyStore(_disk, new Random(1)), new SpaceOptions { ViewBudgetBytes = budgetBytes, WriteTimeout = TimeSpan.FromMinutes(1) }, _time, maxOpenOf: _ => most);

    async Task<Space> OpenAsync(SpaceRegistry spaces, string tenant, string name)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return await spaces.OpenAsync(new SpaceId(tenant, name), default);
    }

    static async Task FillAsync(Space space, int records)
    {
        for (var from = 0; from < records; from += 100)
        {
            var outcome = await space.WriteAsync(Node.Request([.. Enumerable.Range(from, 100).Select(i => Node.Put($"key-{i:d6}"))]), default);
            outcome.ShouldBeOfType<WriteOutcome.Committed>();
        }
    }

    /// <summary>Holds back saves of keys with a prefix until it is told.</summary>
    sealed class HeldStore(ICommitStore store, string prefix) : ICommitStore
    {
        readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _released.SetResult();

        public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                _reached.TrySetResult();
                await _released.Task;
            }
            return await store.TryCreateAsync(key, value, timeToLive, cancellationToken);
        }

        public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
            store.TryUpdateAsync(key, value, etag, timeToLive, cancellationToken);

        public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

        public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
            store.GetManyAsync(keys, cancellationToken);
    }
}
