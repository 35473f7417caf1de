using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// Looks after sessions that a node left before all of them was remembered and that nobody appends to any more: those of this node's open spaces, each when it is
/// first seen or has changed, and once more when half of its retention has passed. One pass at a time.
/// </summary>
public sealed class SessionCatchUp(SpaceRegistry spaces, SessionRegistry sessions, TimeProvider time)
{
    Dictionary<(SpaceId, string), Look> _looks = [];

    /// <summary>Looks at the sessions whose time has come; what is to be remembered is, in the background.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var looks = new Dictionary<(SpaceId, string), Look>();
        foreach (var space in spaces.OpenSpaces.Where(space => sessions.IsRemembered(space.Id.Tenant)))
        {
            var (view, now) = (space.View, time.GetUtcNow());
            foreach (var (key, info) in view.List(RecordKind.Session, "", null, now))
            {
                if (_looks.TryGetValue((space.Id, key.Key), out var last) && last.ETag == info.ETag && now < last.Next)
                    looks.Add((space.Id, key.Key), last);
                else if (await TryLookAsync(space, view, key.Key, cancellationToken).ConfigureAwait(false) is { } retention)
                    looks.Add((space.Id, key.Key), new Look(info.ETag, NextLook(info, retention, now)));
            }
        }
        _looks = looks;
    }

    /// <summary>Gives the session's retention; null: it can't be read now, or is no more.</summary>
    async Task<TimeSpan?> TryLookAsync(Space space, View view, string id, CancellationToken cancellationToken)
    {
        try
        {
            if (await sessions.FindAsync(space, view, id, cancellationToken).ConfigureAwait(false) is not { } session
                || !await session.ReachAsync(ConsistencyLevel.Session, cancellationToken).ConfigureAwait(false))
                return null;
            session.Remember();
            return session.Entry.Record.Retention;
        }
        catch (Exception e) when (e is StoreUnavailableException or SessionCorruptException or LogCorruptException)
        {
            // The next pass tries again.
            SessionInstruments.RememberFailures.Add(1);
            return null;
        }
    }

    static DateTimeOffset NextLook(RecordInfo record, TimeSpan retention, DateTimeOffset now) =>
        record.ExpiresAt - (retention / 2) is { } half && half > now ? half : DateTimeOffset.MaxValue;

    /// <summary>When a session was looked at last.</summary>
    /// <param name="ETag">Its record's.</param>
    /// <param name="Next">When to look again, if that is still the same.</param>
    readonly record struct Look(ETag ETag, DateTimeOffset Next);
}
