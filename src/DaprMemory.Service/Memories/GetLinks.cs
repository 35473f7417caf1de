using DaprMemory.Core.Memories;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Memories;

/// <summary><c>GET memories/{id}/links</c>: the links of a memory, either way.</summary>
internal sealed class GetLinks(SpaceGate gate) : ISpaceOperation
{
    /// <summary>The most memories whose links to this one are told.</summary>
    public const int MaxIncoming = 256;

    const int Parallelism = 8;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (MemoryRoute.TryRead(context.Request, out var key) is { } invalid)
            return invalid;
        var (space, view, level, problem) = await gate.EnterAsync(context, call, [key]);
        if (problem is not null)
            return problem;
        var linked = await space.Memories.FindLinksAsync(key.Key, view.Version, context.RequestAborted);
        ConsistencyHeaders.Write(context.Response, call, level, linked.Version, space.View.Dependencies);
        if (linked.Memory is not { } memory)
            return Problem.NotFound("no such memory");

        var outgoing = await ReadLinksAsync(memory.Id, memory.ETag);
        var incoming = new List<LinkAnswer>();
        foreach (var some in linked.From.Take(MaxIncoming).Chunk(Parallelism))
        {
            var links = await Task.WhenAll(some.Select(from => ReadLinksAsync(from.Id, from.ETag)));
            for (var i = 0; i < some.Length; i++)
                incoming.AddRange(links[i].Where(link => link.Id == memory.Id).Select(link => link with { Id = some[i].Id }));
        }
        var left = linked.From.Count - MaxIncoming;
        await JsonAnswer.StreamAsync(
            context.Response,
            new LinksAnswer(memory.Id, memory.ETag.ToString(), linked.Version, outgoing, incoming, left > 0 ? left : null),
            ServiceJsonContext.Default.LinksAnswer);
        return null;

        async Task<IReadOnlyList<LinkAnswer>> ReadLinksAsync(string id, ETag etag)
        {
            var value = MemoryCodec.Decode((await space.ReadValueAsync(new RecordKey(RecordKind.Memory, id), etag, context.RequestAborted)).Json.Span);
            var links = (value.Links ?? []).Select(link => new LinkAnswer(link.To, link.Type, link.Score));
            return [.. value.Supersedes is { } old ? links.Append(new LinkAnswer(old, MemoryLink.Supersedes, null)) : links];
        }
    }
}
