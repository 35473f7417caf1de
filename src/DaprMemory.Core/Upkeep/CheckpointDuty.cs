using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Upkeep;

/// <summary>
/// Saves checkpoints of spaces whose logs have grown behind their newest one: of those that nobody opens, and so nobody saves, however long the
/// first who does would have to read.
/// </summary>
/// <param name="store">The strong store.</param>
/// <param name="spaces">Opens them.</param>
/// <param name="commits">How many commits behind the newest checkpoint make one due.</param>
public sealed class CheckpointDuty(ICommitStore store, SpaceRegistry spaces, int commits) : ISpaceDuty
{
    /// <summary>About the least that a commit takes of the log.</summary>
    const int CommitBytes = 512;

    /// <inheritdoc />
    public string Name => "checkpoints";

    /// <inheritdoc />
    public async Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken)
    {
        if (spaces.Count == 0)
            return [];
        var own = new TenantStore(store, spaces[0].Tenant);
        var pointers = await own.GetManyAsync([.. spaces.Select(StoreKeys.CheckpointPointer)], cancellationToken).ConfigureAwait(false);
        var probes = spaces.ToDictionary(space => space, space => StoreKeys.Commit(space, DueAt(space, pointers)));
        var found = await own.GetManyAsync([.. probes.Values], cancellationToken).ConfigureAwait(false);
        return [.. spaces.Where(space => found.ContainsKey(probes[space]))];
    }

    /// <inheritdoc />
    public async Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken)
    {
        var open = await spaces.OpenAsync(space, cancellationToken).ConfigureAwait(false);
        await open.ReachAsync(ConsistencyLevel.Strong, 0, cancellationToken).ConfigureAwait(false);
        await open.SaveCheckpointAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The commit whose existence makes a checkpoint due. A large checkpoint waits until the log behind it is about as large: what is written stays in proportion.</summary>
    long DueAt(SpaceId space, IReadOnlyDictionary<string, StoredValue> pointers) =>
        pointers.TryGetValue(StoreKeys.CheckpointPointer(space), out var stored) && CheckpointList.Parse(stored).Checkpoints is [var newest, ..]
            ? newest.Version + Math.Max(commits, newest.Bytes / CommitBytes)
            : commits;
}
