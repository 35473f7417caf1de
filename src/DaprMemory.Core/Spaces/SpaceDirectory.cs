using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>
/// Which spaces a tenant has, and which tenants there are: stores can't list their keys. Each tenant's directory is a space itself, with a record
/// for each of its spaces, and the tenants stand in one directory of their own. A space is entered before its first commit is saved, so none that
/// has commits can be missing; one that is entered and has none is a write that never came to be.
/// </summary>
public sealed class SpaceDirectory
{
    /// <summary>The name of the directories: no client's space begins so.</summary>
    internal const string SpaceName = "@spaces";

    /// <summary>The tenant whose spaces are the tenants; no client's has this name.</summary>
    internal const string TenantOfTenants = "@";

    /// <summary>Who enters spaces.</summary>
    internal const string Keeper = "daprmemory";

    static readonly byte[] Entry = "{}"u8.ToArray();

    readonly SpaceRegistry _spaces;
    readonly TimeProvider _time;

    internal SpaceDirectory(SpaceRegistry spaces, TimeProvider time) => (_spaces, _time) = (spaces, time);

    /// <summary>The directory of a tenant.</summary>
    public static SpaceId Of(string tenant) => new(tenant, SpaceName);

    /// <summary>Lists the spaces of a tenant whose names sort behind <paramref name="after"/> (if given), in ordinal order, branches among them.</summary>
    /// <returns>No space is missing that had a commit when this was called; a few may have none.</returns>
    /// <exception cref="StoreUnavailableException">The directory can't be read now.</exception>
    /// <exception cref="LogCorruptException">The directory does not verify.</exception>
    public async Task<DirectoryPage> ListSpacesAsync(string tenant, string? after, int limit, CancellationToken cancellationToken)
    {
        var directory = await _spaces.OpenAsync(Of(tenant), cancellationToken).ConfigureAwait(false);
        var view = await directory.ReachAsync(ConsistencyLevel.Strong, 0, cancellationToken).ConfigureAwait(false);
        var names = new List<string>();
        foreach (var (key, _) in view!.List(RecordKind.State, "", after, _time.GetUtcNow()))
        {
            if (names.Count == limit)
                return new DirectoryPage(names, IsMoreLeft: true);
            names.Add(key.Key);
        }
        return new DirectoryPage(names, IsMoreLeft: false);
    }

    /// <summary>Lists the tenants that sort behind <paramref name="after"/> (if given), in ordinal order.</summary>
    /// <inheritdoc cref="ListSpacesAsync" path="/exception" />
    public Task<DirectoryPage> ListTenantsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        ListSpacesAsync(TenantOfTenants, after, limit, cancellationToken);

    /// <summary>Enters a space, if it is not there yet.</summary>
    /// <returns>Whether it certainly is.</returns>
    /// <exception cref="LogCorruptException">The directory does not verify.</exception>
    internal async Task<bool> TryEnterAsync(SpaceId space, CancellationToken cancellationToken)
    {
        if (EntryOf(space) is not var (id, name))
            return true;
        try
        {
            var directory = await _spaces.OpenAsync(id, cancellationToken).ConfigureAwait(false);
            var key = new RecordKey(RecordKind.State, name);
            if (directory.View.TryGet(key, _time.GetUtcNow(), out _))
                return true;
            var request = new WriteRequest(
                Keeper, $"enter-{Guid.NewGuid():n}", 0, [new Mutation(key, MutationKind.Put, Entry, Precondition.MustBeAbsent)]);
            return await directory.WriteAsync(request, cancellationToken).ConfigureAwait(false) is WriteOutcome.Committed or WriteOutcome.PreconditionFailed;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Where a space is entered, and as what; null for those that everybody knows: the directory of the tenants, and what the system keeps for a tenant.</summary>
    static (SpaceId Directory, string Name)? EntryOf(SpaceId space) =>
        !space.IsInternal ? (Of(space.Tenant), space.Name)
        : space.IsDirectory && space.Tenant != TenantOfTenants ? (Of(TenantOfTenants), space.Tenant)
        : null;
}

/// <summary>A stretch of a directory.</summary>
/// <param name="Names">The names, in ordinal order.</param>
/// <param name="IsMoreLeft">Whether there are more behind the last one.</param>
public sealed record DirectoryPage(IReadOnlyList<string> Names, bool IsMoreLeft);
