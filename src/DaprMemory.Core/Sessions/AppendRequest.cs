using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>One client request that adds turns to a session: all of them, one behind the other, or none.</summary>
/// <param name="By">The agent.</param>
/// <param name="RequestId">The idempotency key.</param>
/// <param name="RequestDigest">A digest of everything the client sent, to tell a retry from another request under the same key.</param>
/// <param name="Turns">At least one.</param>
/// <param name="Retention">How long the session is to be kept behind its last turn, if this request begins it.</param>
/// <param name="IsRetentionDemanded">A session that is kept longer or shorter refuses the request.</param>
/// <param name="Dependencies">What the client has seen in other spaces of the tenant, or null for nothing.</param>
/// <param name="Via">How the agent showed who it is; see <see cref="Log.Entry.Via"/>.</param>
public sealed record AppendRequest(
    string By,
    string RequestId,
    UInt128 RequestDigest,
    IReadOnlyList<Turn> Turns,
    TimeSpan Retention,
    bool IsRetentionDemanded = false,
    DependencySet? Dependencies = null,
    string? Via = null);
