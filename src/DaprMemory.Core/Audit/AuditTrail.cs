using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Audit;

/// <summary>
/// Looks through the logs of all spaces of a tenant. What one call does is bounded, whatever it finds; it goes on where the one before ended. Logs are
/// read as they stand in the store, and no space is opened.
/// </summary>
public sealed class AuditTrail(SpaceRegistry spaces, TimeProvider time)
{
    const int MaxCommits = 1000;
    const int MaxBytes = 4 * 1024 * 1024;
    const int MaxSpaces = 64;

    /// <summary>By how much the trail's commits may be younger than the reads in them: a batch waits for the store, but not for ever.</summary>
    static readonly TimeSpan MaxReadDelay = ReadTrail.Patience + TimeSpan.FromMinutes(10);

    // A page that takes longer is given as far as it has come, well before the router would lose patience.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads what changed spaces.</summary>
    /// <exception cref="StoreUnavailableException">The store gives no answer.</exception>
    /// <exception cref="LogCorruptException">A commit is not as it was written.</exception>
    public async Task<AuditPage> ReadWritesAsync(string tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        var walk = new Walk(query, time);
        var space = query.After?.Space ?? query.Space;
        if (query.Space is not null && space != query.Space)
            return new AuditPage([], null);
        for (var names = new Queue<string>(); ;)
        {
            if (space is not null)
            {
                var cursor = query.After is { } after && after.Space == space ? after : AuditCursor.StartOf(space);
                if (await WalkAsync(walk, tenant, cursor, query.To, Expand, cancellationToken).ConfigureAwait(false) is { } next)
                    return new AuditPage(walk.Events, next);
                if (query.Space is not null)
                    return new AuditPage(walk.Events, null);
            }
            if (names.Count == 0)
            {
                var page = await spaces.Directory.ListSpacesAsync(tenant, space, MaxSpaces, cancellationToken).ConfigureAwait(false);
                names = new Queue<string>(page.Names);
            }
            if (!names.TryDequeue(out space))
                return new AuditPage(walk.Events, null);
            if (walk.IsOver)
                return new AuditPage(walk.Events, AuditCursor.StartOf(space));
        }
    }

    /// <summary>Reads what was read, as far as the tenant's policy has it written down.</summary>
    /// <inheritdoc cref="ReadWritesAsync" path="/exception" />
    public async Task<AuditPage> ReadReadsAsync(string tenant, AuditQuery query, CancellationToken cancellationToken)
    {
        var walk = new Walk(query, time);
        var cursor = query.After is { Space: ReadTrail.SpaceName } after ? after : AuditCursor.StartOf(ReadTrail.SpaceName);
        var next = await WalkAsync(walk, tenant, cursor, query.To + MaxReadDelay, ReadTrail.Expand, cancellationToken).ConfigureAwait(false);
        return new AuditPage(walk.Events, next);
    }

    /// <summary>The <c>kid</c> of a signature; null if there is none, or none that can be read.</summary>
    internal static string? KeyIdOf(string? signature)
    {
        var dot = signature?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0)
            return null;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(signature!, 0, dot)));
            return header.RootElement.ValueKind == JsonValueKind.Object && header.RootElement.TryGetProperty("kid", out var id) && id.ValueKind == JsonValueKind.String
                ? id.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Goes through one log.</summary>
    /// <returns>Where to go on, if the walk is over before the log is; null: nothing more is to be had of it.</returns>
    async Task<AuditCursor?> WalkAsync(
        Walk walk, string tenant, AuditCursor cursor, DateTimeOffset? end, Func<string, Commit, IEnumerable<AuditEvent>> expand, CancellationToken cancellationToken)
    {
        var log = spaces.LogOf(new SpaceId(tenant, cursor.Space));
        walk.Spaces++;
        if (walk.Query.From is { } from && cursor == AuditCursor.StartOf(cursor.Space))
            cursor = cursor with { Commit = await FindAsync(log, from, cancellationToken).ConfigureAwait(false) };
        await foreach (var logged in log.ReadAsync(cursor.Commit - 1, long.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            var commit = logged.Commit;
            if (commit.At >= end)
                return null;
            walk.Commits++;
            walk.Bytes += logged.Text.Length;
            var index = 0;
            foreach (var one in expand(cursor.Space, commit))
            {
                if (index++ < cursor.Index)
                    continue;
                if (walk.Query.Matches(one))
                    walk.Events.Add(one);
                if (walk.IsFull)
                    return cursor with { Commit = commit.Number, Index = index };
            }
            cursor = cursor with { Commit = commit.Number + 1, Index = 0 };
            if (walk.IsOver)
                return cursor;
        }
        return null;
    }

    /// <summary>The first commit that is not older than <paramref name="from"/>; behind the log's end if there is none. Their times never decrease.</summary>
    static async Task<long> FindAsync(CommitLog log, DateTimeOffset from, CancellationToken cancellationToken)
    {
        long older = 0, other = 1;
        while (await IsOlderAsync(other).ConfigureAwait(false))
            (older, other) = (other, other * 2);
        while (other - older > 1)
        {
            var middle = older + ((other - older) / 2);
            (older, other) = await IsOlderAsync(middle).ConfigureAwait(false) ? (middle, other) : (older, middle);
        }
        return other;

        async ValueTask<bool> IsOlderAsync(long number) => (await log.ReadAsync(number, cancellationToken).ConfigureAwait(false))?.Commit.At < from;
    }

    static IEnumerable<AuditEvent> Expand(string space, Commit commit)
    {
        var key = KeyIdOf(commit.Signature);
        return commit.Entries.Select((entry, i) => new AuditedWrite(space, new ETag(commit.Number, i), commit.At, entry, key));
    }

    /// <summary>What a walk has found, and what it has cost.</summary>
    sealed class Walk(AuditQuery query, TimeProvider time)
    {
        readonly long _began = time.GetTimestamp();

        public AuditQuery Query => query;

        public List<AuditEvent> Events { get; } = [];

        public int Spaces { get; set; }

        public int Commits { get; set; }

        public long Bytes { get; set; }

        public bool IsFull => Events.Count >= query.Limit;

        public bool IsOver => IsFull || Spaces >= MaxSpaces || Commits >= MaxCommits || Bytes >= MaxBytes || time.GetElapsedTime(_began) > Patience;
    }
}
