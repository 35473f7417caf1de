namespace DaprMemory.Client;

/// <summary>The problem types of the HTTP API that a caller may want to tell apart (<see cref="MemoryException.Type"/>).</summary>
public static class ProblemTypes
{
    const string Prefix = "urn:daprmemory:";

    /// <summary>The body is not one JSON value.</summary>
    public const string InvalidJson = Prefix + "invalid-json";

    /// <summary>The value is larger than a value may be.</summary>
    public const string ValueTooLarge = Prefix + "value-too-large";

    /// <summary>The idempotency key was used before for another request.</summary>
    public const string IdempotencyMismatch = Prefix + "idempotency-mismatch";

    /// <summary>A commit record of the space is torn or foreign.</summary>
    public const string LogCorrupt = Prefix + "log-corrupt";

    /// <summary>The tenant has used up one of its quotas for now; when to try again, the answer says.</summary>
    public const string QuotaExceeded = Prefix + "quota-exceeded";

    internal const string NotFound = Prefix + "not-found";
}
