using System.Globalization;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>
/// Redis, as Dapr's Lua scripts have it: a counter as tag, a tag on a missing key inserts, first-write sticks to the key, an expiry
/// outlives later saves, and a transaction does not roll back.
/// </summary>
internal sealed class RedisBehaviour : StoreBehaviour
{
    public override bool ReportsExpiry => false;

    public override bool CutsFractions => true;

    public override (string Code, string Reason, string Message) QueryError(string store) =>
        ("ERR_STATE_QUERY", "DAPR_STATE_QUERY_FAILED",
            $"state store {store} query failed: redis-json server support is required for query capability");

    public override WriteOutcome Apply(StateOperation operation, StateTable table, long now) =>
        operation.CheckOptions() is { } wrongOption ? WriteOutcome.Failed(wrongOption)
        : Arguments.Parse(operation, isAlone: true, out var arguments) is { IsDone: false } invalid ? invalid
        : Run(operation, arguments, table, now);

    public override WriteOutcome ApplyAll(IReadOnlyList<StateOperation> operations, StateTable table, long now)
    {
        // Arguments are read before MULTI: a bad one stops everything. After it each script runs, whatever becomes of the others.
        var arguments = new Arguments[operations.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (Arguments.Parse(operations[i], isAlone: false, out arguments[i]) is { IsDone: false } invalid)
                return invalid;
        }
        var first = WriteOutcome.Done;
        for (var i = 0; i < arguments.Length; i++)
        {
            var outcome = Run(operations[i], arguments[i], table, now);
            if (!outcome.IsDone && first.IsDone)
                first = outcome;
            if (!outcome.IsDone && !operations[i].IsDelete)
                SetExpiry(operations[i].Key, arguments[i], table, now); // EXPIRE is a command of its own in the transaction
        }
        return first;
    }

    static WriteOutcome Run(StateOperation operation, Arguments arguments, StateTable table, long now)
    {
        var row = table.Find(operation.Key) is { } found && found.IsLive(now) ? found : (StoredRow?)null;
        if (operation.IsDelete)
        {
            if (row is { } old && arguments.ETag != "0" && arguments.ETag != old.ETag)
                return WriteOutcome.Mismatch($"failed to delete {operation.Key}");
            table.Remove(operation.Key);
            return WriteOutcome.Done;
        }

        if (row is { } current && arguments.ETag != current.ETag && (arguments.ETag != "0" || current.IsFirstWrite))
            return operation.HasETag
                ? WriteOutcome.Mismatch($"failed to set key {operation.Key}")
                : WriteOutcome.Failed($"failed to set key {operation.Key}");
        var version = row is { } previous ? long.Parse(previous.ETag, CultureInfo.InvariantCulture) + 1 : 1;
        var expiresAt = arguments.Ttl is { } ttl ? ExpiresAt(ttl, now) : row?.ExpiresAt;
        var isFirstWrite = arguments.RecordsFirstWrite || row is { IsFirstWrite: true };
        table.Put(operation.Key, operation.Value, new StoredRow(version.ToString(CultureInfo.InvariantCulture), expiresAt, isFirstWrite));
        return WriteOutcome.Done;
    }

    static void SetExpiry(string key, Arguments arguments, StateTable table, long now)
    {
        if (arguments.Ttl is { } ttl)
            table.SetExpiry(key, ExpiresAt(ttl, now));
    }

    static long? ExpiresAt(long ttl, long now) => ttl > 0 ? now + ttl * 1000 : null;

    /// <summary>What Dapr hands to the scripts.</summary>
    readonly record struct Arguments(string ETag, long? Ttl, bool RecordsFirstWrite)
    {
        public static WriteOutcome Parse(StateOperation operation, bool isAlone, out Arguments arguments)
        {
            arguments = new Arguments(operation.HasETag ? operation.ETag! : "0", null, false);
            if (operation.IsDelete)
                return WriteOutcome.Done; // a delete compares texts, whatever they are

            var etag = 0L;
            if (operation is { HasETag: true, IsLastWrite: false }
                && !long.TryParse(operation.ETag, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out etag))
                return WriteOutcome.Invalid($"strconv.Atoi: parsing \"{operation.ETag}\": invalid syntax");

            long? ttl = null;
            if (!string.IsNullOrEmpty(operation.Ttl))
            {
                if (!int.TryParse(operation.Ttl, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
                    return WriteOutcome.Failed($"failed to parse ttl from metadata: strconv.ParseInt: parsing \"{operation.Ttl}\": invalid syntax");
                ttl = seconds;
            }
            arguments = new Arguments(etag.ToString(CultureInfo.InvariantCulture), ttl, isAlone && operation.IsFirstWrite);
            return WriteOutcome.Done;
        }
    }
}
