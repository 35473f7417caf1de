using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.Upkeep;
using DaprMemory.Curator.Telemetry;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator.Tenants;

/// <summary>
/// Goes through the spaces of a tenant for one duty, for a while, from where the last pass left off. It always moves on, whatever fails: a space that can't be
/// helped now holds up no other, and has its turn again in the next round.
/// </summary>
internal sealed partial class TenantPass(
    SpaceRegistry spaces,
    DutyProgress progress,
    IOptions<CuratorOptions> options,
    CuratorInstruments instruments,
    TimeProvider time,
    ILogger<TenantPass> logger)
{
    // After so many spaces in a row that could not be helped, the next ones can't either.
    const int MaxFailures = 3;

    /// <summary>Does one stretch of work.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="duty">What to do.</param>
    /// <param name="stopping">Ends it, between two spaces.</param>
    public async Task<PassEnd> RunAsync(string tenant, ISpaceDuty duty, CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        var end = PassEnd.Failed;
        try
        {
            end = await GoThroughAsync(tenant, duty, began, stopping);
        }
        catch (StoreUnavailableException e)
        {
            LogUnavailable(e, duty.Name, tenant);
        }
        instruments.RecordPass(duty.Name, end, time.GetElapsedTime(began));
        return end;
    }

    async Task<PassEnd> GoThroughAsync(string tenant, ISpaceDuty duty, long began, CancellationToken stopping)
    {
        // Reads are not ended by the service's end: they have limits of their own, and what was done is noted.
        var place = await progress.ReadAsync(tenant, duty.Name, CancellationToken.None);
        var after = place.After;
        var hasFailed = false;
        PassEnd? end = null;
        while (end is null)
        {
            var page = await spaces.Directory.ListSpacesAsync(tenant, after, options.Value.BatchSpaces, CancellationToken.None);
            List<SpaceId> batch = [.. page.Names.Select(name => new SpaceId(tenant, name))];
            // The directory needs upkeep like any other space. It comes with the first ones.
            if (after is null)
                batch.Insert(0, SpaceDirectory.Of(tenant));
            var (last, failures) = await RunAsync(duty, await duty.FindDueAsync(batch, CancellationToken.None), stopping);
            hasFailed |= failures > 0;
            if (last is null && !page.IsMoreLeft)
                end = hasFailed ? PassEnd.Failed : PassEnd.Complete;
            else if (failures >= MaxFailures)
                end = PassEnd.Failed;
            else if (stopping.IsCancellationRequested || time.GetElapsedTime(began) >= options.Value.SliceTime)
                end = PassEnd.Interrupted;
            // Behind the last space that had its turn, or back to the first.
            after = last is { } space ? space.IsDirectory ? after : space.Name : page.IsMoreLeft ? page.Names[^1] : null;
        }
        if (after != place.After)
            await progress.TryMoveAsync(tenant, duty.Name, place, after, CancellationToken.None);
        return end.Value;
    }

    /// <summary>Does what the spaces need. Gives the space behind which it broke off, if it did, and how many of the last ones could not be helped.</summary>
    async Task<(SpaceId? Last, int Failures)> RunAsync(ISpaceDuty duty, IReadOnlyList<SpaceId> due, CancellationToken stopping)
    {
        var failures = 0;
        foreach (var space in due)
        {
            failures = await TryRunAsync(duty, space) ? 0 : failures + 1;
            if (failures >= MaxFailures || stopping.IsCancellationRequested)
                return (space, failures);
        }
        return (null, failures);
    }

    /// <summary><c>false</c>: the store or the broker could not be used.</summary>
    async Task<bool> TryRunAsync(ISpaceDuty duty, SpaceId space)
    {
        var outcome = "unavailable";
        try
        {
            // Not ended half-way by the service's end: what can't be finished within its grace is done again.
            if (await duty.RunAsync(space, CancellationToken.None))
                outcome = "done";
        }
        catch (StoreUnavailableException e)
        {
            LogUnavailable(e, duty.Name, space);
        }
        catch (LogCorruptException e)
        {
            // Of this space alone, which says so itself to whoever opens it.
            LogCorrupt(e, duty.Name, space);
            outcome = "corrupt";
        }
        instruments.RecordSpace(duty.Name, outcome);
        return outcome != "unavailable";
    }

    [LoggerMessage(1, LogLevel.Warning, "{Duty} of {What} has to wait: the store can't be used", EventName = "DutyUnavailable")]
    partial void LogUnavailable(Exception exception, string duty, object what);

    [LoggerMessage(2, LogLevel.Error, "{Duty} can do nothing for {Space}", EventName = "DutyCorrupt")]
    partial void LogCorrupt(Exception exception, string duty, SpaceId space);
}
