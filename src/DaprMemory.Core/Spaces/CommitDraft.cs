using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>The next commit in the making: requests are checked one after the other, each against what those before it leave.</summary>
internal sealed class CommitDraft(Space space, View view, DateTimeOffset at)
{
    readonly List<(PendingWrite Write, WriteOutcome Outcome)> _outcomes = [];
    readonly Dictionary<RecordKey, ReadOnlyMemory<byte>> _values = [];
    readonly HashSet<UInt128> _identities = [];

    /// <summary>The view that the draft continues.</summary>
    public View Base { get; } = view;

    /// <summary>The view once the draft is committed, still without its version.</summary>
    public View Working { get; private set; } = view;

    public List<Entry> Entries { get; } = [];

    /// <summary>The writes that stand in the draft.</summary>
    public List<PendingWrite> Writes { get; } = [];

    /// <summary>What the draft's entries set, for the cache.</summary>
    public IReadOnlyDictionary<RecordKey, ReadOnlyMemory<byte>> Values => _values;

    public int Bytes { get; private set; }

    /// <summary>Whether a request with the same identity stands in the draft: its twin has to wait for the outcome.</summary>
    public bool Holds(PendingWrite write) => _identities.Contains(write.Identity);

    /// <summary>
    /// Takes the write into the draft, or settles it. What is settled against the draft's own changes is told only once they are saved:
    /// nobody may learn of a state that never comes to be.
    /// </summary>
    public async ValueTask AddAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        if (write.ExceededBytes is { } limit)
        {
            var (largest, index) = write.Request.Mutations.Select((mutation, i) => (mutation, i)).MaxBy(item => item.mutation.Value.Length);
            Refuse(write, new WriteOutcome.TooLarge(index, largest.Key, limit));
            return;
        }
        var place = new ETag(Base.Version + 1, Entries.Count);
        var changes = new List<Change>(write.Request.Mutations.Count);
        var results = new MutationResult[write.Request.Mutations.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var mutation = write.Request.Mutations[i];
            RecordInfo? current = Working.TryGet(mutation.Key, at, out var info) ? info : null;
            if (Refuse(mutation, i, current) is { } refusal)
            {
                Refuse(write, refusal);
                return;
            }
            if (await ValueAsync(mutation, current, cancellationToken).ConfigureAwait(false) is not { } value)
            {
                results[i] = new MutationResult(mutation.Key, mutation.Kind == MutationKind.Check ? null : current!.Value.ETag, false);
                continue;
            }
            if (value.Length > SpaceOptions.MaxValueBytes)
            {
                Refuse(write, new WriteOutcome.TooLarge(i, mutation.Key));
                return;
            }
            changes.Add(NewChange(mutation, value, current));
            results[i] = new MutationResult(mutation.Key, place, current is null);
        }
        if (changes.Count == 0 && !(write.Request.IsRepeat && results.Any(result => result.ETag is not null)))
            Settle(write, new WriteOutcome.Committed(null, Version, results));
        else if (write.TrySubmit())
            Append(write, changes, null, new WriteOutcome.Committed(changes.Count > 0 ? place : null, place.Commit, results));
    }

    /// <summary>The commit, with its place in the chain, signed if there is somebody to sign.</summary>
    public Commit ToCommit(ICommitSigner? signer)
    {
        var commit = new Commit(Base.Version + 1, Guid.CreateVersion7(at), Base.Head, at, Entries);
        var hash = CommitHash.Of(commit);
        return commit with { Hash = hash, Signature = signer?.Sign(hash) };
    }

    /// <summary>Tells every outcome: the draft stands in the log.</summary>
    public void Complete()
    {
        foreach (var (write, outcome) in _outcomes)
            write.Complete(outcome);
    }

    long Version => Entries.Count == 0 ? Base.Version : Base.Version + 1;

    WriteOutcome? Refuse(Mutation mutation, int index, RecordInfo? current)
    {
        var precondition = mutation.Precondition;
        var holds = (!precondition.Absent || current is null)
            && (precondition.Matches is not { } etags || (current is { } record && (etags.Count == 0 || etags.Contains(record.ETag))));
        if (!holds)
            return new WriteOutcome.PreconditionFailed(index, mutation.Key, current?.ETag, Version);
        return current is null && mutation.Kind is MutationKind.Merge or MutationKind.Delete or MutationKind.Edit
            ? new WriteOutcome.NotFound(index, mutation.Key, Version)
            : null;
    }

    /// <summary>What the record's value shall be, for a Delete anything; null: the record stays as it is.</summary>
    async ValueTask<ReadOnlyMemory<byte>?> ValueAsync(Mutation mutation, RecordInfo? current, CancellationToken cancellationToken)
    {
        switch (mutation.Kind)
        {
            case MutationKind.Check:
            case MutationKind.Add when current is not null:
                return null;
            case MutationKind.Merge:
                return MergePatch.Apply(await ReadAsync(mutation.Key, current!.Value.ETag, cancellationToken).ConfigureAwait(false), mutation.Value);
            case MutationKind.Edit:
                var value = await ReadAsync(mutation.Key, current!.Value.ETag, cancellationToken).ConfigureAwait(false);
                var edited = mutation.Edit!(value);
                // The cast is needed: a bare null would become an empty memory.
                return edited.Span.SequenceEqual(value.Span) ? (ReadOnlyMemory<byte>?)null : edited;
            default:
                return mutation.Value;
        }
    }

    Change NewChange(Mutation mutation, ReadOnlyMemory<byte> value, RecordInfo? current)
    {
        if (mutation.Kind == MutationKind.Delete)
            return new Change(mutation.Key, null, current?.ETag);
        var keeps = mutation.Kind is MutationKind.Merge or MutationKind.Edit;
        return new Change(
            mutation.Key,
            CommitHash.NewContent(value),
            current?.ETag,
            mutation.TimeToLive is { } life ? at + life : keeps ? current?.ExpiresAt : null,
            mutation.Tags ?? (keeps ? current?.Tags : null));
    }

    async ValueTask<ReadOnlyMemory<byte>> ReadAsync(RecordKey key, ETag etag, CancellationToken cancellationToken) =>
        _values.TryGetValue(key, out var value)
            ? value
            : (await space.ReadValueAsync(key, etag, cancellationToken).ConfigureAwait(false)).Json;

    void Refuse(PendingWrite write, WriteOutcome outcome)
    {
        if (!write.Request.IsRepeat)
            Settle(write, outcome);
        else if (write.TrySubmit())
            Append(write, [], outcome.ToRefusal(), outcome);
    }

    void Append(PendingWrite write, List<Change> changes, Refusal? refusal, WriteOutcome outcome)
    {
        var request = write.Request;
        var entry = new Entry(request.By, request.RequestId, request.RequestDigest, changes, request.Dependencies, refusal, request.Via);
        Working = Working.With(entry, Entries.Count);
        _identities.Add(write.Identity);
        Entries.Add(entry);
        Writes.Add(write);
        _outcomes.Add((write, outcome));
        foreach (var change in changes)
        {
            _values.Remove(change.Key);
            if (change.Content?.Json is { } json)
            {
                _values[change.Key] = json;
                Bytes += json.Length;
            }
        }
    }

    void Settle(PendingWrite write, WriteOutcome outcome)
    {
        if (Entries.Count == 0)
            write.Complete(outcome);
        else
            _outcomes.Add((write, outcome));
    }
}
