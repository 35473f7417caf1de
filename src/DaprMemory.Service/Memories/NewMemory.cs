using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Service.Memories;

/// <summary>A memory that is about to be written.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsNamed">Whether the client gave the id; else it is that of the text.</param>
/// <param name="Content">What it is.</param>
/// <param name="TimeToLive">Its life; null for ever.</param>
internal readonly record struct NewMemory(string Id, bool IsNamed, Memory Content, TimeSpan? TimeToLive)
{
    /// <summary>Its record.</summary>
    public RecordKey Key => new(RecordKind.Memory, Id);

    /// <summary>The same memory, linked to those that are much like it as far as there is room.</summary>
    public NewMemory LinkedTo(IReadOnlyList<SimilarMemory> similar)
    {
        if (similar.Count == 0)
            return this;
        var links = (Content.Links ?? []).Concat(similar.Select(other => new MemoryLink(other.Id, MemoryLink.Similar) { Score = Math.Round(other.Score, 4) }));
        return this with { Content = Content with { Links = [.. links.DistinctBy(link => (link.To, link.Type)).Take(MemoryRules.MaxLinks)] } };
    }

    /// <summary>
    /// The change that adds it. Under the id of its text a memory that is there is the same one, and stays; under a given id it would be
    /// another.
    /// </summary>
    public Mutation ToAdd() => IsNamed
        ? ToPut(Precondition.MustBeAbsent)
        : new Mutation(Key, MutationKind.Add, MemoryCodec.Encode(Content), TimeToLive: TimeToLive, Tags: Content.Tags);

    /// <summary>The change that sets it, whatever was there before.</summary>
    public Mutation ToPut(Precondition precondition) =>
        new(Key, MutationKind.Put, MemoryCodec.Encode(Content), precondition, TimeToLive, Content.Tags);

    /// <summary>The change that ends the validity of the one that it supersedes, if any.</summary>
    public Mutation? ToClose(DateTimeOffset now)
    {
        if (Content.Supersedes is not { } old)
            return null;
        var (id, end) = (Id, Content.ValidFrom ?? now);
        return new Mutation(
            new RecordKey(RecordKind.Memory, old),
            MutationKind.Edit,
            Edit: value => MemoryCodec.Encode(MemoryCodec.Decode(value.Span).Close(id, end)));
    }
}
