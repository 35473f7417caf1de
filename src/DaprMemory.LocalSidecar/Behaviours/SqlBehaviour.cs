using System.Globalization;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Behaviours;

/// <summary>What Dapr's SQL stores have in common: an ETag must match, transactions roll back, a save without TTL clears the expiry.</summary>
internal abstract class SqlBehaviour : StoreBehaviour
{
    /// <summary>The answer to first-write on a key that exists.</summary>
    protected virtual WriteOutcome AlreadyExists => WriteOutcome.Failed("no item was updated");

    /// <summary>The tag that a save gives.</summary>
    /// <param name="current">The record it replaces, expired or not.</param>
    /// <param name="isConditional">Whether the save named a tag.</param>
    protected abstract string NextETag(StoredRow? current, bool isConditional);

    /// <summary>Brings a caller's tag into the stored form.</summary>
    /// <returns>What is wrong with it; done if it may be compared.</returns>
    protected abstract WriteOutcome ParseETag(string text, out string etag);

    public override WriteOutcome Apply(StateOperation operation, StateTable table, long now)
    {
        if (operation.CheckOptions() is { } wrongOption)
            return WriteOutcome.Failed(wrongOption);
        if (operation.Key.Length == 0)
            return WriteOutcome.Failed(operation.IsDelete ? "missing key in delete operation" : "missing key in set operation");
        if (!TryParseTtl(operation.Ttl, now, out var expiresAt, out var wrongTtl))
            return WriteOutcome.Failed(wrongTtl);

        var expected = "";
        if (operation.HasETag && ParseETag(operation.ETag!, out expected) is { IsDone: false } wrongETag)
            return wrongETag;

        var row = table.Find(operation.Key);
        var isLive = row is { } found && found.IsLive(now);
        if (operation.HasETag && (!isLive || row!.Value.ETag != expected))
            return WriteOutcome.Mismatch();

        if (operation.IsDelete)
        {
            if (row is not null)
                table.Remove(operation.Key);
            return WriteOutcome.Done;
        }
        if (isLive && operation.IsFirstWrite && !operation.HasETag)
            return AlreadyExists;
        table.Put(operation.Key, operation.Value, new StoredRow(NextETag(row, operation.HasETag), expiresAt, IsFirstWrite: false));
        return WriteOutcome.Done;
    }

    public override WriteOutcome ApplyAll(IReadOnlyList<StateOperation> operations, StateTable table, long now)
    {
        // A refused operation has written nothing, so a savepoint is only needed for what went before it.
        if (operations.Count > 1)
            table.Savepoint();
        foreach (var operation in operations)
        {
            var outcome = Apply(operation, table, now);
            if (outcome.IsDone)
                continue;
            if (operations.Count > 1)
                table.RollbackToSavepoint();
            return outcome;
        }
        if (operations.Count > 1)
            table.ReleaseSavepoint();
        return WriteOutcome.Done;
    }

    static bool TryParseTtl(string? text, long now, out long? expiresAt, out string error)
    {
        expiresAt = null;
        error = "";
        if (string.IsNullOrEmpty(text))
            return true;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            error = $"error parsing TTL: incorrect value for metadata 'ttlInSeconds': strconv.ParseInt: parsing \"{text}\": invalid syntax";
        else if (seconds is < -1 or > int.MaxValue)
            error = $"error parsing TTL: incorrect value for metadata 'ttlInSeconds': {text} is out of range";
        else if (seconds > 0)
            expiresAt = now + seconds * 1000;
        return error.Length == 0;
    }
}
