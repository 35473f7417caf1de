using System.Globalization;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>CockroachDB v1 (and PostgreSQL v1): integers as tags, which come again. Every unconditional overwrite gives 2.</summary>
internal sealed class CockroachV1Behaviour : SqlBehaviour
{
    protected override string NextETag(StoredRow? current, bool isConditional) =>
        current is not { } row ? "1"
        : isConditional ? (ulong.Parse(row.ETag, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture)
        : "2"; // its upsert adds one to the tag of the row that it failed to insert, which is always 1

    protected override WriteOutcome ParseETag(string text, out string etag)
    {
        var isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        etag = number.ToString(CultureInfo.InvariantCulture);
        return isNumber ? WriteOutcome.Done : WriteOutcome.Invalid($"strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }
}
