using System.Text;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Cli.Up;
using DaprMemory.Client;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Tests.Up;

public sealed class LocalClusterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_was_put_is_there_after_a_restart_with_other_shards()
    {
        await using (var cluster = await StartAsync(shards: 3))
        {
            using var client = new MemoryClient(cluster.RouterAddress);
            for (var i = 0; i < 10; i++)
                (await client.Space($"space-{i}").PutAsync("k", Encoding.UTF8.GetBytes($"{i}"))).ShouldBeOfType<WriteResult.Written>();
        }

        await using (var cluster = await StartAsync(shards: 2))
        {
            using var client = new MemoryClient(cluster.RouterAddress);
            for (var i = 0; i < 10; i++)
                Encoding.UTF8.GetString((await client.Space($"space-{i}").GetAsync("k"))!.Value.Span).ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task All_shards_answer_for_the_same_spaces()
    {
        await using var cluster = await StartAsync(shards: 2);
        using var router = new MemoryClient(cluster.RouterAddress);
        await router.Space("a").PutAsync("k", "1"u8.ToArray());

        cluster.ShardAddresses.Count.ShouldBe(2);
        foreach (var address in cluster.ShardAddresses)
        {
            using var shard = new MemoryClient(address);
            (await shard.Space("a").GetAsync("k")).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_data_folder_that_another_cluster_uses_is_refused_until_that_one_ends()
    {
        await using (await StartAsync())
            (await Should.ThrowAsync<IOException>(() => StartAsync())).Message.ShouldContain("another");

        await using var again = await StartAsync();
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_refused_with_the_reason()
    {
        var file = _folder.Write("file", "");

        (await Should.ThrowAsync<IOException>(() => StartAsync(data: file))).Message.ShouldContain("can't be made");
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_refused_and_nothing_stays_behind()
    {
        await using var first = await StartAsync();
        var data = Path.Combine(_folder.Path, "second");

        (await Should.ThrowAsync<IOException>(() => StartAsync(first.RouterAddress.Port, data: data))).Message.ShouldContain("in use");

        await using var second = await StartAsync(data: data);
    }

    public void Dispose() => _folder.Dispose();

    Task<LocalCluster> StartAsync(int port = 0, int shards = 1, string? data = null) => LocalCluster.StartAsync(
        new LocalClusterOptions
        {
            Port = port,
            Shards = shards,
            DataPath = data ?? Path.Combine(_folder.Path, "data"),
            Synchronous = SqliteSynchronous.Normal,
            Insecure = true,
        });
}
