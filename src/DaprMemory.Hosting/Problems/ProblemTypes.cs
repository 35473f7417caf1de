namespace DaprMemory.Hosting.Problems;

/// <summary>The short names of problem types; on the wire <c>urn:daprmemory:</c> stands before them.</summary>
public static class ProblemTypes
{
    /// <summary>What stands before each short name on the wire.</summary>
    public const string Prefix = "urn:daprmemory:";

    /// <summary>400: the request is not well-formed HTTP.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>400: the body is not one JSON value in UTF-8.</summary>
    public const string InvalidJson = "invalid-json";

    /// <summary>401: the request does not show who makes it.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>403: the caller lacks the scope that the call needs.</summary>
    public const string InsufficientScope = "insufficient-scope";

    /// <summary>403: the call needs https, or a client certificate.</summary>
    public const string TlsRequired = "tls-required";

    /// <summary>404: no such record, commit or path.</summary>
    public const string NotFound = "not-found";

    /// <summary>405: the path knows other methods; they stand in <c>Allow</c>.</summary>
    public const string MethodNotAllowed = "method-not-allowed";

    /// <summary>412: a precondition does not hold.</summary>
    public const string PreconditionFailed = "precondition-failed";

    /// <summary>413: a value, or a whole request, is larger than allowed.</summary>
    public const string ValueTooLarge = "value-too-large";

    /// <summary>415: the body's <c>Content-Type</c> is not JSON.</summary>
    public const string UnsupportedMediaType = "unsupported-media-type";

    /// <summary>422: a state key breaks a rule.</summary>
    public const string InvalidKey = "invalid-key";

    /// <summary>422: a tenant breaks a rule.</summary>
    public const string InvalidTenant = "invalid-tenant";

    /// <summary>422: a space breaks a rule.</summary>
    public const string InvalidSpace = "invalid-space";

    /// <summary>422: a request header breaks a rule.</summary>
    public const string InvalidHeader = "invalid-header";

    /// <summary>422: a query parameter breaks a rule.</summary>
    public const string InvalidQuery = "invalid-query";

    /// <summary>422: the JSON body breaks a rule.</summary>
    public const string InvalidRequest = "invalid-request";

    /// <summary>422: a <c>Memory-Token</c> that was never given out.</summary>
    public const string InvalidToken = "invalid-token";

    /// <summary>422: an <c>Idempotency-Key</c> seen before with another request.</summary>
    public const string IdempotencyMismatch = "idempotency-mismatch";

    /// <summary>429: the tenant has used up one of its quotas for now.</summary>
    public const string QuotaExceeded = "quota-exceeded";

    /// <summary>500: nobody planned this; the log has the same trace id.</summary>
    public const string Internal = "internal";

    /// <summary>500: a commit record is torn or foreign.</summary>
    public const string LogCorrupt = "log-corrupt";

    /// <summary>503: the store, or the level asked for, can't be had now.</summary>
    public const string Unavailable = "unavailable";
}
