using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>PostgreSQL v2 and CockroachDB v2: random UUIDs as tags; what is not a UUID is a mismatch, not an error.</summary>
internal sealed class PostgresV2Behaviour : SqlBehaviour
{
    protected override string NextETag(StoredRow? current, bool isConditional) => Guid.NewGuid().ToString();

    protected override WriteOutcome ParseETag(string text, out string etag)
    {
        if (Guid.TryParse(text, out var id))
        {
            etag = id.ToString();
            return WriteOutcome.Done;
        }
        etag = "";
        return WriteOutcome.Mismatch($"invalid UUID length: {text.Length}");
    }
}
