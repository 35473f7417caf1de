using DaprMemory.Core.Sessions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Sessions;

/// <summary>How long the sessions of tenants are kept.</summary>
internal sealed class SessionRetentions(IOptions<MemoryServiceOptions> memory, IOptions<SessionsOptions> sessions)
{
    /// <summary>The retention of a session of a tenant that does not say its own.</summary>
    public TimeSpan Of(string tenant) =>
        memory.Value.Policies.TryGetValue(tenant, out var policy) && policy.SessionRetention is { } retention ? retention : sessions.Value.Retention;
}
