using Dapr.Client;
using DaprMemory.Core.Log;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.Service.Dapr;

namespace DaprMemory.Service.Tests.Dapr;

/// <summary>What the Dapr commit store says when its sidecar fails.</summary>
public sealed class DaprCommitStoreTests : IAsyncLifetime
{
    static readonly ReadOnlyMemory<byte> Value = "value"u8.ToArray();

    SidecarStores _stores = null!;

    DaprCommitStore Store => _stores.Nodes[0];

    FaultInjector Faults => _stores.Host!.Faults("memory-0");

    public async Task InitializeAsync() => _stores = await SidecarStores.LocalAsync("state.postgresql", "v2");

    public async Task DisposeAsync() => await _stores.DisposeAsync();

    [Theory]
    [InlineData(FaultEffect.FailBefore, false)]
    [InlineData(FaultEffect.DropBefore, false)]
    [InlineData(FaultEffect.FailAfter, true)]
    [InlineData(FaultEffect.DropAfter, true)]
    public async Task Write_that_failed_somehow_is_false_whether_it_took_place_or_not(FaultEffect fault, bool took)
    {
        (await Store.TryCreateAsync("old", Value, default)).ShouldBeTrue();
        var old = (await Store.GetAsync("old", default)).ShouldNotBeNull();

        Faults.Set(new FaultRule(fault) { Targets = [FaultTarget.Save] });
        (await Store.TryCreateAsync("new", Value, default)).ShouldBeFalse();
        (await Store.TryUpdateAsync("old", "newer"u8.ToArray(), old.ETag, default)).ShouldBeFalse();
        Faults.Happened.ShouldBe(2, "nobody repeated them");

        (await Store.GetAsync("new", default) is not null).ShouldBe(took);
        (await Store.GetAsync("old", default)).ShouldNotBeNull().Value.Span.SequenceEqual("newer"u8).ShouldBe(took);
    }

    [Theory]
    [InlineData(FaultEffect.FailBefore)]
    [InlineData(FaultEffect.DropBefore)]
    public async Task Read_that_failed_is_unavailable_and_not_absent(FaultEffect fault)
    {
        Faults.Set(new FaultRule(fault));
        (await Should.ThrowAsync<StoreUnavailableException>(() => Store.GetAsync("k", default))).Message.ShouldContain("strong");
        await Should.ThrowAsync<StoreUnavailableException>(() => Store.GetManyAsync(["a", "b", "c"], default));
        await Should.ThrowAsync<StoreUnavailableException>(() => Store.GetManyAsync(["a"], default));
    }

    [Fact]
    public async Task Store_that_is_not_there_is_unavailable()
    {
        using var client = new DaprClientBuilder().UseHttpEndpoint(_stores.Host!.AddressOf("memory-0").ToString()).Build();
        var store = new DaprCommitStore(client, "nowhere");
        (await store.TryCreateAsync("k", Value, default)).ShouldBeFalse();
        await Should.ThrowAsync<StoreUnavailableException>(() => store.GetAsync("k", default));
    }

    [Fact]
    public async Task Sidecar_that_does_not_answer_in_time_is_unavailable()
    {
        Faults.Set(new FaultRule(FaultEffect.Delay) { DelayMilliseconds = 60_000 });
        using var client = new DaprClientBuilder()
            .UseHttpEndpoint(_stores.Host!.AddressOf("memory-0").ToString())
            .UseTimeout(TimeSpan.FromMilliseconds(50))
            .Build();
        var store = new DaprCommitStore(client, "strong");
        (await store.TryCreateAsync("k", Value, default)).ShouldBeFalse();
        await Should.ThrowAsync<StoreUnavailableException>(() => store.GetAsync("k", default));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.GetManyAsync(["k"], default));
    }

    [Fact]
    public async Task Caller_who_gives_up_learns_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        (await Store.TryCreateAsync("k", Value, gone.Token)).ShouldBeFalse();
        (await Store.TryUpdateAsync("k", Value, "tag", gone.Token)).ShouldBeFalse();
        await Should.ThrowAsync<OperationCanceledException>(() => Store.GetAsync("k", gone.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.GetManyAsync(["k"], gone.Token));
    }

    [Fact]
    public async Task Bulk_read_that_is_refused_is_halved_until_it_is_answered()
    {
        var keys = Enumerable.Range(0, 21).Select(i => $"k{i}").ToArray();
        foreach (var key in keys)
            (await Store.TryCreateAsync(key, Value, default)).ShouldBeTrue();
        Faults.Set(new FaultRule(FaultEffect.FailBefore) { Targets = [FaultTarget.BulkGet], Count = 4 });
        (await Store.GetManyAsync(keys, default)).Keys.ShouldBe(keys, ignoreOrder: true);
        Faults.Happened.ShouldBe(4);
    }

    [Fact]
    public async Task Update_without_a_tag_is_a_mistake() =>
        await Should.ThrowAsync<ArgumentException>(() => Store.TryUpdateAsync("k", Value, "", default));

    [Fact]
    public async Task Value_of_someone_else_is_read_as_it_is()
    {
        using var client = new DaprClientBuilder().UseHttpEndpoint(_stores.Host!.AddressOf("memory-0").ToString()).Build();
        await client.SaveStateAsync("strong", "foreign", new { n = 1 });
        (await Store.GetAsync("foreign", default)).ShouldNotBeNull().Value.ToArray().ShouldBe("{\"n\":1}"u8.ToArray());
        (await Store.GetManyAsync(["foreign"], default))["foreign"].Value.ToArray().ShouldBe("{\"n\":1}"u8.ToArray());
    }
}
