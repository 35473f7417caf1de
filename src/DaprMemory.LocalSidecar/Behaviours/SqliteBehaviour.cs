using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>SQLite and in-memory: random UUIDs as tags, compared as text; a lost create is a mismatch (409), as one would wish.</summary>
internal sealed class SqliteBehaviour : SqlBehaviour
{
    protected override WriteOutcome AlreadyExists => WriteOutcome.Mismatch();

    protected override string NextETag(StoredRow? current, bool isConditional) => Guid.NewGuid().ToString();

    protected override WriteOutcome ParseETag(string text, out string etag)
    {
        etag = text;
        return WriteOutcome.Done;
    }
}
