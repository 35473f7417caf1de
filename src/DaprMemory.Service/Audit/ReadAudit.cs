using System.Collections.Frozen;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;
using DaprMemory.Service.State;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Sessions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Audit;

/// <summary>Notes what requests have learned, for the tenants whose policy wants it: what was read, and refusals that tell what is there.</summary>
internal sealed class ReadAudit(SpaceRegistry spaces, IOptions<MemoryServiceOptions> options, TimeProvider time) : IHostedService, IAsyncDisposable
{
    static readonly string[] KeyParameters = [StateKey.Parameter, MemoryRoute.Parameter, SessionName.Parameter];

    readonly FrozenDictionary<string, (double Share, ReadTrail Trail)> _tenants = options.Value.Policies
        .Where(policy => policy.Value.AuditReads > 0)
        .ToFrozenDictionary(
            policy => policy.Key,
            policy => (policy.Value.AuditReads, new ReadTrail(spaces, policy.Key, options.Value.Shard, new ReadTrailOptions(), time)),
            StringComparer.Ordinal);

    /// <summary>Whether reads of a tenant are written down, all or some of them.</summary>
    public bool Covers(string? tenant) => _tenants.Count > 0 && tenant is not null && _tenants.ContainsKey(tenant);

    /// <summary>Says which records a request is about; only where its path does not.</summary>
    public void Name(HttpContext context, string tenant, IReadOnlyList<RecordKey> keys)
    {
        if (Covers(tenant))
            context.Features.Set(new KeysOfCall(keys));
    }

    /// <summary>Notes a request that has its answer, or the beginning of one, if it learns something.</summary>
    /// <param name="context">The request; its caller belongs to the tenant.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="space">The space; empty if it is about the tenant.</param>
    /// <param name="kind">What it does.</param>
    public void Note(HttpContext context, string? tenant, string space, CallKind kind)
    {
        if (!Covers(tenant) || !Tells(kind, context.Response.StatusCode) || !IsChosen(_tenants[tenant!].Share))
            return;
        var caller = context.GetCaller();
        var operation = context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? context.Request.Method;
        _tenants[tenant!].Trail.Note(new ReadRecord(time.GetUtcNow(), caller.Agent, caller.Via, space, operation, KeysOf(context), context.Response.StatusCode));
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what waits. The server has stopped before: no request comes any more.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_tenants.Values.Select(tenant => tenant.Trail.DrainAsync(cancellationToken)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, trail) in _tenants.Values)
            await trail.DisposeAsync();
    }

    /// <summary>What a write has done stands in its space's log; what it was refused for tells of records as reading them does.</summary>
    static bool Tells(CallKind kind, int status) =>
        status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed
        || (kind != CallKind.Write && status < StatusCodes.Status400BadRequest);

    // Not a secret: who guesses which reads are written down gains nothing by it.
#pragma warning disable CA5394
    static bool IsChosen(double share) => share >= 1 || Random.Shared.NextDouble() < share;
#pragma warning restore CA5394

    static string[]? KeysOf(HttpContext context)
    {
        foreach (var parameter in KeyParameters)
        {
            if (context.Request.RouteValues[parameter] is string { Length: > 0 } one)
                return [one];
        }
        return context.Features.Get<KeysOfCall>() is { } named ? [.. named.Keys.Select(key => key.Key)] : null;
    }
}
