using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary><c>GET /v1/{tenant}/audit</c>: who did what, in all spaces of the tenant.</summary>
internal sealed class GetAudit(AuditTrail trail) : ITenantOperation
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    /// <summary>What can be asked for.</summary>
    public const string Writes = "writes", Reads = "reads";

    const int MaxVia = 160;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, string tenant)
    {
        var arguments = new QueryArguments(context.Request);
        var kind = arguments.Text("kind", text => text is Writes or Reads ? null : $"kind is {Writes} or {Reads}");
        AuditCursor? cursor = null;
        arguments.Text("after", text =>
        {
            var isOne = AuditCursor.TryParse(text, out var read) && (read.Space == ReadTrail.SpaceName) == (kind == Reads);
            cursor = read;
            return isOne ? null : "after is 'next' of a page before";
        });
        var query = new AuditQuery((int)(arguments.Number("limit", 1, MaxLimit) ?? DefaultLimit))
        {
            Agent = arguments.Text("agent", text => Names.CheckAgent(text)),
            Via = arguments.Text("via", text => text.Length is > 0 and <= MaxVia ? null : $"via has 1 to {MaxVia} characters"),
            Key = arguments.Text("key", text => text.Length is > 0 and <= Names.MaxKeyLength ? null : $"a key has 1 to {Names.MaxKeyLength} characters"),
            Space = arguments.Text("space", text => Names.CheckSpace(text)),
            From = arguments.Time("from"),
            To = arguments.Time("to"),
            After = cursor,
        };
        if (arguments.Problem is not null)
            return arguments.Problem;

        var page = await (kind == Reads ? trail.ReadReadsAsync(tenant, query, context.RequestAborted) : trail.ReadWritesAsync(tenant, query, context.RequestAborted));
        context.Response.Headers[MemoryHeaders.Consistency] = ConsistencyHeaders.NameOf(ConsistencyLevel.Strong);
        await JsonAnswer.StreamAsync(context.Response, new AuditList([.. page.Events.Select(ToItem)], page.Next?.ToString()), ServiceJsonContext.Default.AuditList);
        return null;
    }

    static AuditItem ToItem(AuditEvent one)
    {
        var item = new AuditItem(one.At, one.By) { Via = one.Via, Space = one.Space.Length > 0 ? one.Space : null, Kid = one.KeyId };
        return one switch
        {
            AuditedWrite write => item with
            {
                Etag = write.Place.ToString(),
                RequestId = write.Entry.RequestId,
                Changes = [.. write.Entry.Changes.Select(ToChange)],
                Refused = write.Entry.Refusal is { } refusal ? NameOf(refusal.Reason) : null,
            },
            AuditedRead { Dropped: > 0 } dropped => item with { Shard = dropped.Shard, Dropped = dropped.Dropped },
            AuditedRead { Read: var read } noted => item with { Operation = read.Operation, Keys = read.Keys, Status = read.Status, Shard = noted.Shard },
            _ => throw new InvalidOperationException($"{one.GetType().Name} is not mapped."),
        };
    }

    static AuditChange ToChange(Change change) => new(change.Key.Key, change.Key.Kind.ToString().ToLowerInvariant(), change.Content is null ? true : null);

    static string NameOf(RefusalReason reason) => reason switch
    {
        RefusalReason.PreconditionFailed => "precondition-failed",
        RefusalReason.NotFound => "not-found",
        _ => "value-too-large",
    };
}
