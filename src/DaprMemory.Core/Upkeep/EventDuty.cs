using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Upkeep;

/// <summary>Publishes the commits that stand in the log and that nobody is known to have published, because whoever wrote them has gone.</summary>
/// <param name="store">The strong store.</param>
/// <param name="publisher">Publishes them.</param>
/// <param name="grace">How long their writer has, before others publish them.</param>
/// <param name="time">The clock.</param>
public sealed class EventDuty(ICommitStore store, ICommitPublisher publisher, TimeSpan grace, TimeProvider time) : ISpaceDuty
{
    /// <summary>After so many events the mark is moved.</summary>
    const int MarkEvery = 256;

    /// <inheritdoc />
    public string Name => "events";

    /// <inheritdoc />
    public async Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken)
    {
        // Directories have no events.
        var speaking = spaces.Where(space => !space.IsDirectory).ToList();
        if (speaking.Count == 0)
            return [];
        var own = new TenantStore(store, speaking[0].Tenant);
        var marks = await own.GetManyAsync([.. speaking.Select(StoreKeys.Published)], cancellationToken).ConfigureAwait(false);
        var probes = speaking.ToDictionary(space => space, space => StoreKeys.Commit(space, MarkOf(space, marks) + 1));
        var found = await own.GetManyAsync([.. probes.Values], cancellationToken).ConfigureAwait(false);
        return [.. speaking.Where(space => found.TryGetValue(probes[space], out var stored) && IsOld(stored))];
    }

    /// <inheritdoc />
    public async Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken)
    {
        var own = new TenantStore(store, space.Tenant);
        var mark = new VersionMark(own, StoreKeys.Published(space));
        var (saved, etag) = await mark.ReadAsync(cancellationToken).ConfigureAwait(false) is var (version, tag) ? (version, tag) : (0, (string?)null);
        var published = saved;
        await foreach (var logged in new CommitLog(own, space).ReadAsync(saved, long.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (IsRecent(logged.Commit))
                break;
            if (!await publisher.TryPublishAsync(space, logged.Commit.Number, logged.Text, cancellationToken).ConfigureAwait(false))
            {
                CoreInstruments.PublishFailures.Add(1);
                if (published > saved)
                    await SaveAsync().ConfigureAwait(false);
                return false;
            }
            CoreInstruments.Republished.Add(1);
            published = logged.Commit.Number;
            if (published - saved >= MarkEvery && !await SaveAsync().ConfigureAwait(false))
                return false;
        }
        return published <= saved || await SaveAsync().ConfigureAwait(false);

        // Whoever moves the mark meanwhile has published, too: then this is as good as done, and the next run goes on from there.
        async Task<bool> SaveAsync()
        {
            await mark.TrySaveAsync(published, etag, cancellationToken).ConfigureAwait(false);
            if (await mark.ReadAsync(cancellationToken).ConfigureAwait(false) is not var (newest, newestTag) || (newest < published && newestTag == etag))
                return false;
            (saved, etag) = (newest, newestTag);
            return true;
        }
    }

    static long MarkOf(SpaceId space, IReadOnlyDictionary<string, StoredValue> marks) =>
        marks.TryGetValue(StoreKeys.Published(space), out var stored) ? VersionMark.Parse(stored) : 0;

    bool IsOld(in StoredValue stored)
    {
        try
        {
            return !IsRecent(CommitCodec.Decode(stored.Value));
        }
        catch (FormatException)
        {
            // Reading the log will say what is wrong with it.
            return true;
        }
    }

    bool IsRecent(Commit commit) => time.GetUtcNow() - commit.At < grace;
}
