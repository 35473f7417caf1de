using System.Security.Cryptography.X509Certificates;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>How a <see cref="MemoryClient"/> names itself and how long it tries.</summary>
public sealed record MemoryClientOptions
{
    /// <summary>The default of <see cref="Tenant"/>.</summary>
    public const string DefaultTenant = "default";

    /// <summary>The default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 6;

    /// <summary>The tenant whose spaces are used.</summary>
    /// <value>Default <c>default</c>.</value>
    public string Tenant { get; init; } = DefaultTenant;

    /// <summary>Who acts, unless a call says otherwise; null leaves it to the service (<c>anonymous</c>, or the token's subject).</summary>
    public string? Agent { get; init; }

    /// <summary>Gives the bearer token of a request, at every attempt; it may be the same one until that expires. Null: requests have none.</summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; init; }

    /// <summary>
    /// The authorities that the certificate of an <c>https</c> router must lead to. Null: those of the system. Only for clients with connections of
    /// their own, see <see cref="MemoryClient(Uri, MemoryClientOptions)"/>.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>How often a request is sent at most, the first time included. Writes are repeated under the same idempotency key.</summary>
    /// <value>Default 6.</value>
    public int MaxAttempts { get; init; } = DefaultMaxAttempts;

    /// <summary>How long one attempt waits for its whole answer.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the second attempt; it doubles each time, and a random part of up to a half is taken off.</summary>
    /// <value>Default 100 ms.</value>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause. A <c>Retry-After</c> that is longer ends the attempts.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether an append to a session that is not answered, because the store of the turns is down or nobody can be reached, is let go instead
    /// of thrown: an agent that can do without the record of its conversation goes on. What was let go is counted in
    /// <see cref="MemoryClient.SwallowedAppends"/>, and may be there all the same. Nothing else is let go.
    /// </summary>
    /// <value>Default false.</value>
    public bool SwallowsAppends { get; init; }

    /// <summary>The clock of pauses and time limits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The source of jitter; must be thread-safe, as <see cref="Random.Shared"/> is.</summary>
    public Random Random { get; init; } = Random.Shared;

    internal void Validate()
    {
        var errors = new List<string>();
        if (Names.CheckTenant(Tenant) is { } tenantRule)
            errors.Add($"{nameof(Tenant)}: {tenantRule}");
        if (Agent is not null && Names.CheckAgent(Agent) is { } agentRule)
            errors.Add($"{nameof(Agent)}: {agentRule}");
        if (MaxAttempts < 1)
            errors.Add($"{nameof(MaxAttempts)}: at least 1");
        if (AttemptTimeout <= TimeSpan.Zero)
            errors.Add($"{nameof(AttemptTimeout)}: more than zero");
        if (BaseDelay < TimeSpan.Zero || MaxDelay < BaseDelay)
            errors.Add($"{nameof(BaseDelay)}: from zero up to {nameof(MaxDelay)}");
        if (errors.Count > 0)
            throw new ArgumentException(string.Join("; ", errors));
    }
}
