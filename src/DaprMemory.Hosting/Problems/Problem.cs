using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Problems;

/// <summary>A refusal as RFC 9457 problem details; members that are null are left out.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">One of <see cref="ProblemTypes"/>.</param>
/// <param name="Title">What this type of problem is, the same in every answer of the type.</param>
/// <param name="Detail">What is the matter this time.</param>
public sealed record Problem(int Status, string Type, string Title, string? Detail = null) : IResult
{
    /// <summary>The rule that a name or argument breaks.</summary>
    public string? Rule { get; init; }

    /// <summary>The record whose precondition does not hold.</summary>
    public string? Key { get; init; }

    /// <summary>The record's current ETag; null when there is no record.</summary>
    public string? ETag { get; init; }

    /// <summary>The change's index in its transaction, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>The most bytes that would have been taken.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>The number of the commit that does not verify.</summary>
    public long? Commit { get; init; }

    /// <summary>Which quota is used up.</summary>
    public string? Quota { get; init; }

    /// <summary>What became of a write: <c>none</c> or <c>unknown</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Under what id the log and the traces tell more.</summary>
    public string? TraceId { get; init; }

    /// <summary>When to try again, sent as <c>Retry-After</c> in whole seconds. Null: 1 second on 429 and 503, else no such header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400: the body is not one JSON value in UTF-8.</summary>
    public static Problem InvalidJson(string? detail = null) =>
        new(StatusCodes.Status400BadRequest, ProblemTypes.InvalidJson, "The body is not one JSON value in UTF-8", detail);

    /// <summary>401: the request does not show who makes it.</summary>
    /// <param name="detail">What is wrong with its token.</param>
    public static Problem Unauthenticated(string detail) =>
        new(StatusCodes.Status401Unauthorized, ProblemTypes.Unauthenticated, "The caller is not known", detail);

    /// <summary>403: the caller lacks a scope.</summary>
    /// <param name="scope">The scope that the call needs.</param>
    public static Problem InsufficientScope(string scope) =>
        new(StatusCodes.Status403Forbidden, ProblemTypes.InsufficientScope, "The caller may not do this", $"the call needs the scope {scope}");

    /// <summary>403: the call needs https, or a client certificate.</summary>
    public static Problem TlsRequired(string detail) =>
        new(StatusCodes.Status403Forbidden, ProblemTypes.TlsRequired, "The connection is not secure enough", detail);

    /// <summary>404: no such record, commit or path.</summary>
    public static Problem NotFound(string? detail = null) =>
        new(StatusCodes.Status404NotFound, ProblemTypes.NotFound, "Not found", detail);

    /// <summary>412: a precondition does not hold.</summary>
    /// <param name="key">The record.</param>
    /// <param name="etag">Its current ETag, null when there is no record.</param>
    /// <param name="index">The change's index, in a transaction.</param>
    public static Problem PreconditionFailed(string key, string? etag, int? index = null) =>
        new(StatusCodes.Status412PreconditionFailed, ProblemTypes.PreconditionFailed, "A precondition does not hold")
        {
            Key = key,
            ETag = etag,
            Index = index,
        };

    /// <summary>413: a value, or a whole request, is larger than allowed.</summary>
    public static Problem ValueTooLarge(long limitBytes, string? detail = null) =>
        new(StatusCodes.Status413PayloadTooLarge, ProblemTypes.ValueTooLarge, "The value is too large", detail) { LimitBytes = limitBytes };

    /// <summary>415: the body's <c>Content-Type</c> is not JSON.</summary>
    public static Problem UnsupportedMediaType(string? detail = null) =>
        new(StatusCodes.Status415UnsupportedMediaType, ProblemTypes.UnsupportedMediaType, "The body's Content-Type is not JSON", detail);

    /// <summary>422: a name or argument breaks a rule.</summary>
    /// <param name="type">Which of the <c>invalid-…</c> types.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="detail">Where, if the type does not say it: the header's or parameter's name.</param>
    public static Problem Invalid(string type, string rule, string? detail = null) =>
        new(StatusCodes.Status422UnprocessableEntity, type, "A name or argument breaks a rule", detail) { Rule = rule };

    /// <summary>422: the idempotency key was seen before with another request.</summary>
    public static Problem IdempotencyMismatch() =>
        new(StatusCodes.Status422UnprocessableEntity, ProblemTypes.IdempotencyMismatch, "The idempotency key was used for another request");

    /// <summary>429: the tenant has used up one of its quotas for now; nothing was done.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="retryAfter">When there is more of it; null for 1 second.</param>
    public static Problem QuotaExceeded(string quota, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status429TooManyRequests, ProblemTypes.QuotaExceeded, "The tenant has used up its quota for now", $"the quota is that of {quota}")
        {
            Quota = quota,
            RetryAfter = retryAfter,
        };

    /// <summary>500: a commit record is torn or foreign.</summary>
    public static Problem LogCorrupt(long commit, string? detail = null) =>
        new(StatusCodes.Status500InternalServerError, ProblemTypes.LogCorrupt, "A commit record does not verify", detail) { Commit = commit };

    /// <summary>503: the store, or the level asked for, can't be had now.</summary>
    /// <param name="detail">What can't be had.</param>
    /// <param name="outcome">On writes: <c>none</c> or <c>unknown</c>.</param>
    /// <param name="retryAfter">When to try again; null for 1 second.</param>
    public static Problem Unavailable(string? detail = null, string? outcome = null, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, "Not available now", detail)
        {
            Outcome = outcome,
            RetryAfter = retryAfter,
        };

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => ProblemWriter.WriteAsync(httpContext, this);
}
