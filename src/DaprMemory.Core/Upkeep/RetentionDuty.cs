using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Upkeep;

/// <summary>
/// Removes the chunks of checkpoints that have been dropped. What else ends does so by itself: expired records are swept by the next checkpoint, and
/// the blocks of expired sessions go with their time to live.
/// </summary>
/// <param name="store">The strong store.</param>
/// <param name="remover">Removes its keys.</param>
public sealed class RetentionDuty(ICommitStore store, IKeyRemover remover) : ISpaceDuty
{
    /// <inheritdoc />
    public string Name => "retention";

    /// <inheritdoc />
    public async Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken)
    {
        if (spaces.Count == 0)
            return [];
        var pointers = await new TenantStore(store, spaces[0].Tenant).GetManyAsync([.. spaces.Select(StoreKeys.CheckpointPointer)], cancellationToken).ConfigureAwait(false);
        return [.. spaces.Where(space => pointers.TryGetValue(StoreKeys.CheckpointPointer(space), out var stored) && CheckpointList.Parse(stored).Dropped.Count > 0)];
    }

    /// <inheritdoc />
    public Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken) =>
        new CheckpointStore(new TenantStore(store, space.Tenant), space).TryRemoveDroppedAsync(remover, cancellationToken);
}
