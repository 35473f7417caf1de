using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Upkeep;

/// <summary>
/// Lets memories that say the same in almost the same words be found once: of two near duplicates the older one is superseded by the newer one, as if an agent
/// had said so. Nothing is lost: it keeps its text, is found by <c>asOf</c>, and the log says who did it. Memories from conversations are left as they were said.
/// </summary>
/// <param name="store">The strong store.</param>
/// <param name="spaces">Opens the spaces.</param>
/// <param name="isWanted">Whether a tenant wants that.</param>
/// <param name="time">The clock.</param>
public sealed class ConsolidationDuty(ICommitStore store, SpaceRegistry spaces, Func<string, bool> isWanted, TimeProvider time) : ISpaceDuty
{
    /// <summary>Who does it, in the log.</summary>
    public const string Agent = "curator";

    const double DefaultImportance = 0.5;

    /// <summary>How many changed memories are looked at in one run, at least; the next one goes on behind them.</summary>
    const int RunMemories = 1000;

    /// <inheritdoc />
    public string Name => "consolidation";

    /// <inheritdoc />
    public async Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken)
    {
        // Directories have no memories.
        var speaking = spaces.Where(space => !space.IsDirectory).ToList();
        if (speaking.Count == 0 || !isWanted(speaking[0].Tenant))
            return [];
        var own = new TenantStore(store, speaking[0].Tenant);
        var marks = await own.GetManyAsync([.. speaking.Select(StoreKeys.Consolidated)], cancellationToken).ConfigureAwait(false);
        var probes = speaking.ToDictionary(
            space => space,
            space => StoreKeys.Commit(space, (marks.TryGetValue(StoreKeys.Consolidated(space), out var stored) ? VersionMark.Parse(stored) : 0) + 1));
        var found = await own.GetManyAsync([.. probes.Values], cancellationToken).ConfigureAwait(false);
        return [.. speaking.Where(space => found.ContainsKey(probes[space]))];
    }

    /// <inheritdoc />
    public async Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken)
    {
        var own = new TenantStore(store, space.Tenant);
        var mark = new VersionMark(own, StoreKeys.Consolidated(space));
        var (done, etag) = await mark.ReadAsync(cancellationToken).ConfigureAwait(false) is var (version, tag) ? (version, tag) : (0, (string?)null);
        var open = await spaces.OpenAsync(space, cancellationToken).ConfigureAwait(false);
        if (await open.ReachAsync(ConsistencyLevel.Strong, 0, cancellationToken).ConfigureAwait(false) is not { } view)
            return false;
        var looked = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var logged in new CommitLog(own, space).ReadAsync(done, view.Version, cancellationToken).ConfigureAwait(false))
        {
            foreach (var (id, document) in MemoryChanges.Of(logged.Commit))
            {
                if (document is not null && looked.Add(id) && !await TryConsolidateAsync(open, id, cancellationToken).ConfigureAwait(false))
                    return false;
            }
            done = logged.Commit.Number;
            if (looked.Count >= RunMemories)
                break;
        }
        // If another has moved it meanwhile, it has done the same.
        await mark.TrySaveAsync(done, etag, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Sees to the near duplicates of one memory; <c>false</c>: the store can't be used now.</summary>
    async Task<bool> TryConsolidateAsync(Space space, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(space, id, cancellationToken).ConfigureAwait(false) is not { } found)
            return true;
        foreach (var similar in await space.Memories.FindSimilarAsync(found.Memory.Text, id, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(space, similar.Id, cancellationToken).ConfigureAwait(false) is not { } other)
                continue;
            var (older, newer) = IsOlder(found, other) ? (found, other) : (other, found);
            if (!Covers(newer, older))
                continue;
            var outcome = await space.WriteAsync(ToSupersede(older, newer), cancellationToken).ConfigureAwait(false);
            if (outcome is WriteOutcome.Unavailable)
                return false;
            // Refused: one of them was changed just now, and is looked at again behind that.
            if (outcome is WriteOutcome.Committed && older.Key == found.Key)
                return true;
        }
        return true;
    }

    /// <summary>The memory as it is now; null if there is none, or one that is not to be touched.</summary>
    async Task<Found?> FindAsync(Space space, string id, CancellationToken cancellationToken)
    {
        var key = new RecordKey(RecordKind.Memory, id);
        var now = time.GetUtcNow();
        if (!space.View.TryGet(key, now, out var record))
            return null;
        var value = await space.ReadValueAsync(key, record.ETag, cancellationToken).ConfigureAwait(false);
        return TryDecode(value.Json.Span, out var memory) && memory is { Source: null, SupersededBy: null } && memory.IsValid(now)
            ? new Found(key, record, memory)
            : null;
    }

    WriteRequest ToSupersede(in Found older, in Found newer)
    {
        var (id, end) = (newer.Key.Key, newer.Memory.ValidFrom ?? time.GetUtcNow());
        // The same request, whoever makes it and however often, while both are what they are. Those of one batch have one ETag.
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{older.Key.Key}\n{older.ETag}\n{id}\n{newer.ETag}")).AsSpan(..16);
        return new WriteRequest(
            Agent,
            $"{Name}:{Convert.ToHexStringLower(identity)}",
            BinaryPrimitives.ReadUInt128BigEndian(identity),
            [
                new Mutation(
                    older.Key,
                    MutationKind.Edit,
                    Precondition: Precondition.Match(older.ETag),
                    Edit: value => MemoryCodec.Encode(MemoryCodec.Decode(value.Span).Close(id, end))),
                new Mutation(newer.Key, MutationKind.Check, Precondition: Precondition.Match(newer.ETag)),
            ]);
    }

    static bool IsOlder(in Found one, in Found other) =>
        one.Memory.At != other.Memory.At ? one.Memory.At < other.Memory.At
        : one.ETag != other.ETag ? one.ETag.CompareTo(other.ETag) < 0
        : string.CompareOrdinal(one.Key.Key, other.Key.Key) < 0;

    // Whoever looks for the older one by what agents said of it must find the newer one, and for as long.
    static bool Covers(in Found newer, in Found older)
    {
        var tags = newer.Memory.Tags ?? [];
        return older.Memory.Agent == newer.Memory.Agent
            && (older.Memory.Tags ?? []).All(tag => tags.Contains(tag))
            && (newer.Memory.Importance ?? DefaultImportance) >= (older.Memory.Importance ?? DefaultImportance)
            && (newer.Record.ExpiresAt is not { } end || older.Record.ExpiresAt <= end)
            && !(newer.Memory.ValidTo < (older.Memory.ValidTo ?? DateTimeOffset.MaxValue));
    }

    static bool TryDecode(ReadOnlySpan<byte> json, [NotNullWhen(true)] out Memory? memory)
    {
        memory = null;
        try
        {
            memory = MemoryCodec.Decode(json);
            return true;
        }
        catch (FormatException)
        {
            // A record that only calls itself a memory.
            return false;
        }
    }

    readonly record struct Found(RecordKey Key, RecordInfo Record, Memory Memory)
    {
        public ETag ETag => Record.ETag;
    }
}
