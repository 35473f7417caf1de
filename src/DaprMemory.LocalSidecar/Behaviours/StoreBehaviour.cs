using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>What conditional writes, ETags and expiry mean in one kind of store. Called inside the writer's transaction.</summary>
internal abstract class StoreBehaviour
{
    /// <summary>Whether reads tell when a value expires.</summary>
    public virtual bool ReportsExpiry => true;

    /// <summary>Whether numbers lose what is beyond six decimal places.</summary>
    public virtual bool CutsFractions => false;

    /// <summary>The error of the query API, which none of the stand-ins has.</summary>
    public virtual (string Code, string Reason, string Message) QueryError(string store) =>
        ("ERR_STATE_STORE_NOT_SUPPORTED", "DAPR_STATE_QUERYING_NOT_SUPPORTED", "state store does not support querying");

    /// <summary>Applies one operation that stands alone.</summary>
    public abstract WriteOutcome Apply(StateOperation operation, StateTable table, long now);

    /// <summary>Applies the operations of a transaction request, in order.</summary>
    public abstract WriteOutcome ApplyAll(IReadOnlyList<StateOperation> operations, StateTable table, long now);

    /// <summary>The behaviour of a component type and version, or null if there is none.</summary>
    public static StoreBehaviour? Find(string type, string version) => (type, version) switch
    {
        ("state.postgresql" or "state.postgres" or "state.cockroachdb", "v2") => new PostgresV2Behaviour(),
        ("state.postgresql" or "state.postgres" or "state.cockroachdb", "v1") => new CockroachV1Behaviour(),
        ("state.sqlite" or "state.in-memory", "v1") => new SqliteBehaviour(),
        ("state.redis", "v1") => new RedisBehaviour(),
        _ => null,
    };
}
