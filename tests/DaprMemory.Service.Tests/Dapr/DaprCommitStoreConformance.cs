using DaprMemory.Conformance;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Tests.Dapr;

/// <summary>The Dapr commit store keeps the rules on every kind of store that it may meet.</summary>
public abstract class DaprCommitStoreConformance(string type, string version) : CommitStoreConformance, IAsyncLifetime
{
    SidecarStores _stores = null!;

    protected override IReadOnlyList<ICommitStore> Nodes => _stores.Nodes;

    private protected virtual Task<SidecarStores> StartAsync() => SidecarStores.LocalAsync(type, version);

    public async Task InitializeAsync() => _stores = await StartAsync();

    public async Task DisposeAsync() => await _stores.DisposeAsync();
}

/// <summary>The sidecars at <c>DAPRMEMORY_TEST_SIDECARS</c>, or else local ones like CockroachDB and PostgreSQL v2.</summary>
public sealed class DefaultStoreConformance() : DaprCommitStoreConformance("state.cockroachdb", "v2")
{
    private protected override async Task<SidecarStores> StartAsync() => SidecarStores.Real() ?? await base.StartAsync();
}

/// <summary>A lost create is 409 here.</summary>
public sealed class SqliteStoreConformance() : DaprCommitStoreConformance("state.sqlite", "v1");

/// <summary>ETags are counters here, and a foreign one is 400.</summary>
public sealed class RedisStoreConformance() : DaprCommitStoreConformance("state.redis", "v1");

/// <summary>ETags repeat here after unconditional writes, which are never made.</summary>
public sealed class CockroachV1StoreConformance() : DaprCommitStoreConformance("state.cockroachdb", "v1");
