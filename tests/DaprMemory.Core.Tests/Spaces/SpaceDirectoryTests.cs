using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Spaces;

public sealed class SpaceDirectoryTests
{
    readonly FaultyStore.Shared _disk = new();

    [Fact]
    public async Task Space_is_listed_from_its_first_commit_on_and_its_tenant_too()
    {
        var node = new Node(_disk);
        (await ListAsync(node, "acme")).ShouldBeEmpty();
        foreach (var name in new[] { "notes", "Plans", "notes@draft" })
            (await WriteAsync(node, new SpaceId("acme", name), Put("a"))).ShouldBeOfType<WriteOutcome.Committed>();
        (await WriteAsync(node, new SpaceId("zeta", "x"), Put("a"))).ShouldBeOfType<WriteOutcome.Committed>();

        var other = new Node(_disk);
        (await ListAsync(other, "acme")).ShouldBe(["Plans", "notes", "notes@draft"]);
        (await ListAsync(other, "zeta")).ShouldBe(["x"]);
        (await other.Spaces.Directory.ListTenantsAsync(null, 10, default)).Names.ShouldBe(["acme", "zeta"]);
    }

    [Fact]
    public async Task Space_that_is_only_read_or_refuses_its_first_write_is_not_listed()
    {
        var node = new Node(_disk);
        await node.OpenAsync();
        (await node.WriteAsync(Delete("a"))).ShouldBeOfType<WriteOutcome.NotFound>();
        (await node.WriteAsync(Put("a", precondition: Precondition.MustExist))).ShouldBeOfType<WriteOutcome.PreconditionFailed>();

        (await ListAsync(node, "acme")).ShouldBeEmpty();
        _disk.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_and_end()
    {
        var node = new Node(_disk);
        for (var i = 0; i < 7; i++)
            await WriteAsync(node, new SpaceId("acme", $"s{i}"), Put("a"));

        var names = new List<string>();
        DirectoryPage page;
        do
        {
            page = await node.Spaces.Directory.ListSpacesAsync("acme", names.LastOrDefault(), 3, default);
            names.AddRange(page.Names);
        }
        while (page.IsMoreLeft);

        names.ShouldBe(Enumerable.Range(0, 7).Select(i => $"s{i}"));
        (await node.Spaces.Directory.ListSpacesAsync("acme", null, 7, default)).IsMoreLeft.ShouldBeFalse();
    }

    [Fact]
    public async Task First_write_while_the_store_is_down_is_none_and_leaves_no_commit()
    {
        var node = new Node(_disk, new SpaceOptions { WriteTimeout = TimeSpan.FromMilliseconds(100) });
        await node.OpenAsync();
        node.Store.FaultRate = 1;

        (await node.WriteAsync(Put("a"))).ShouldBe(new WriteOutcome.Unavailable(OutcomeUnknown: false));

        await _disk.SettleAsync();
        _disk.Values.ShouldNotContainKey(StoreKeys.Commit(Id, 1));
    }

    [Fact]
    public async Task A_thousand_new_spaces_at_once_are_all_listed_and_share_commits_of_the_directory()
    {
        var nodes = Enumerable.Range(0, 3).Select(_ => new Node(_disk, new SpaceOptions { WriteTimeout = TimeSpan.FromSeconds(60) })).ToList();
        var names = Enumerable.Range(0, 1000).Select(i => $"s{i:d4}").ToList();

        var outcomes = await Task.WhenAll(names.Select((name, i) => Task.Run(() => WriteAsync(nodes[i % 3], new SpaceId("acme", name), Put("a")))));

        outcomes.ShouldAllBe(outcome => outcome is WriteOutcome.Committed);
        (await ListAsync(new Node(_disk), "acme")).ShouldBe(names);
        _disk.Values.Keys.Count(key => key.StartsWith("acme:@spaces:c:", StringComparison.Ordinal)).ShouldBeLessThan(500);
    }

    [Fact]
    public async Task Space_is_in_its_directory_and_its_tenant_in_theirs_before_its_first_commit_is_saved()
    {
        var store = new Watched(new FaultyStore(_disk, new Random(1)), _disk);
        var spaces = new SpaceRegistry(store, new SpaceOptions(), TimeProvider.System);

        for (var i = 0; i < 5; i++)
            (await (await spaces.OpenAsync(new SpaceId($"t{i}", $"s{i}"), default)).WriteAsync(Request(Put("a")), default)).ShouldBeOfType<WriteOutcome.Committed>();

        store.FirstCommits.ShouldBe(Enumerable.Range(0, 5).Select(i => $"t{i}:s{i} entered, its tenant entered"));
    }

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 10));

    /// <summary>Nodes that fail, give up and are replaced while spaces begin: whatever stands in the store at the end, no space with a commit is missing.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Directory_is_complete_whatever_fails(int seed)
    {
        var random = new Random(seed);
        var options = new SpaceOptions { CheckpointCommits = 5, WriteTimeout = TimeSpan.FromMilliseconds(30), ReadTimeout = TimeSpan.FromSeconds(5), MaxCommitEntries = 4 };
        var nodes = Enumerable.Range(0, 3).Select(_ => NewNode()).ToArray();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (Node: nodes[random.Next(3)], Space: new SpaceId($"t{random.Next(3)}", $"s{random.Next(40)}"))).Select(TryWriteAsync));
            if (random.Next(3) == 0)
            {
                using var patience = new CancellationTokenSource(random.Next(1, 20));
                var victim = random.Next(3);
                await nodes[victim].Spaces.DrainAsync(patience.Token);
                nodes[victim] = NewNode();
            }
        }
        foreach (var node in nodes)
            node.Store.FaultRate = 0;
        foreach (var node in nodes)
            await node.Spaces.DrainAsync(default);
        await _disk.SettleAsync();

        var written = _disk.Values.Keys.Select(key => key.Split(':')).Where(parts => parts is [not "@", not "@spaces", "c", "0000000000000001"]).ToList();
        written.Count.ShouldBeGreaterThan(20);
        var fresh = new Node(_disk);
        var listed = new HashSet<(string, string)>();
        foreach (var tenant in (await fresh.Spaces.Directory.ListTenantsAsync(null, 100, default)).Names)
            listed.UnionWith((await ListAsync(fresh, tenant)).Select(name => (tenant, name)));
        written.ShouldAllBe(parts => listed.Contains(ValueTuple.Create(parts[0], parts[1])));

        Node NewNode()
        {
            var node = new Node(_disk, options);
            node.Store.FaultRate = 0.15;
            return node;
        }
    }

    static async Task TryWriteAsync((Node Node, SpaceId Space) call)
    {
        try
        {
            await WriteAsync(call.Node, call.Space, Put("a"));
        }
        catch (StoreUnavailableException)
        {
            // The space can't be opened now.
        }
    }

    static async Task<WriteOutcome> WriteAsync(Node node, SpaceId space, params Mutation[] mutations) =>
        await (await node.OpenAsync(space)).WriteAsync(Request(mutations), default);

    static async Task<IReadOnlyList<string>> ListAsync(Node node, string tenant) =>
        (await node.Spaces.Directory.ListSpacesAsync(tenant, null, 2000, default)).Names;

    /// <summary>A store that looks, whenever a space's first commit comes, what stands in the directories.</summary>
    sealed class Watched(ICommitStore store, FaultyStore.Shared disk) : ICommitStore
    {
        public List<string> FirstCommits { get; } = [];

        public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
        {
            if (key.Split(':') is [var tenant, not "@spaces" and var space, "c", "0000000000000001"])
                FirstCommits.Add($"{tenant}:{space} {(Stands(tenant, space) ? "entered" : "missing")}, its tenant {(Stands("@", tenant) ? "entered" : "missing")}");
            return store.TryCreateAsync(key, value, timeToLive, cancellationToken);
        }

        public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
            store.TryUpdateAsync(key, value, etag, timeToLive, cancellationToken);

        public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

        public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
            store.GetManyAsync(keys, cancellationToken);

        bool Stands(string tenant, string name) => disk.Values.Any(stored => stored.Key.StartsWith($"{tenant}:@spaces:c:", StringComparison.Ordinal)
            && Encoding.UTF8.GetString(stored.Value.Value.Span).Contains($"\"key\":\"{name}\"", StringComparison.Ordinal));
    }
}
