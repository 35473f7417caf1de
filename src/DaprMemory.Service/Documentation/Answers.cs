using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>The answers of operations: their headers, and the refusals, each described once.</summary>
internal static class Answers
{
    /// <summary>The statuses that any operation can refuse with.</summary>
    public static readonly int[] CommonRefusals =
    [
        StatusCodes.Status401Unauthorized,
        StatusCodes.Status403Forbidden,
        StatusCodes.Status404NotFound,
        StatusCodes.Status422UnprocessableEntity,
        StatusCodes.Status429TooManyRequests,
        StatusCodes.Status500InternalServerError,
        StatusCodes.Status503ServiceUnavailable,
    ];

    /// <summary>The headers of every answer that was served from a version of the space.</summary>
    public static readonly string[] CommonHeaders =
        [MemoryHeaders.Consistency, MemoryHeaders.Version, MemoryHeaders.Token, MemoryHeaders.Source, MemoryHeaders.Staleness, MemoryHeaders.Shard];

    /// <summary>The headers of an answer that was served from several spaces.</summary>
    public static readonly string[] HeadersOfSpaces = [MemoryHeaders.Consistency, MemoryHeaders.Token, MemoryHeaders.Source, MemoryHeaders.Staleness, MemoryHeaders.Shard];

    /// <summary>What a header tells.</summary>
    public static OpenApiHeader Header(string name) => new()
    {
        Description = name switch
        {
            MemoryHeaders.Consistency => "The level given.",
            MemoryHeaders.Version => "The version served.",
            MemoryHeaders.Token => "What the client has seen now; to be passed back.",
            MemoryHeaders.Shard => "The shard that answered.",
            MemoryHeaders.Source => "Where the answer came from: this node's memory (cache), the hot store (hot) or the strong store (store).",
            MemoryHeaders.Staleness => "How old the view served may be, in seconds: on every eventual answer, and on others when the store can't be asked.",
            "ETag" => "The record's ETag, \"n.i\": the place of its last change.",
            "Retry-After" => "When to try again, in seconds.",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "It has no description."),
        },
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    /// <summary>What a refusal's status means.</summary>
    public static OpenApiResponse Refusal(int status)
    {
        var (types, meaning) = status switch
        {
            StatusCodes.Status400BadRequest => ($"{ProblemTypes.InvalidJson}, {ProblemTypes.BadRequest}", "The body is not one JSON value in UTF-8, or the request not well-formed."),
            StatusCodes.Status401Unauthorized => (ProblemTypes.Unauthenticated, "There is no token, or it is not good; WWW-Authenticate says why."),
            StatusCodes.Status403Forbidden => ($"{ProblemTypes.InsufficientScope}, {ProblemTypes.TlsRequired}", "The token does not have the scope that the call needs; or the call came without the https or the client certificate that it needs."),
            StatusCodes.Status404NotFound => (ProblemTypes.NotFound, "No such record, commit, version or path; or the tenant is another than the token's."),
            StatusCodes.Status412PreconditionFailed => (ProblemTypes.PreconditionFailed, "A precondition does not hold; nothing was written."),
            StatusCodes.Status413PayloadTooLarge => (ProblemTypes.ValueTooLarge, "A value, or all of a transaction's, is over 1 MiB."),
            StatusCodes.Status415UnsupportedMediaType => (ProblemTypes.UnsupportedMediaType, "The body's Content-Type is not JSON."),
            StatusCodes.Status422UnprocessableEntity => ("invalid-key, invalid-tenant, invalid-space, invalid-header, invalid-query, "
                + "invalid-request, invalid-token, idempotency-mismatch", "A name or argument breaks a rule; the rule is named."),
            StatusCodes.Status429TooManyRequests => (ProblemTypes.QuotaExceeded, "The tenant has used up a quota for now, which is named; nothing was done."),
            StatusCodes.Status500InternalServerError => ($"{ProblemTypes.LogCorrupt}, {ProblemTypes.Internal}", "A commit record of this space is torn or foreign; or nobody planned this."),
            StatusCodes.Status503ServiceUnavailable => (ProblemTypes.Unavailable, "The store, or the level asked for, can't be had now."),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "It is not a refusal of this API."),
        };
        var response = new OpenApiResponse
        {
            Description = $"{meaning} Problem type: {types} (after '{ProblemTypes.Prefix}').",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemWriter.ContentType] = new OpenApiMediaType { Schema = ProblemSchema() },
            },
        };
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            response.Headers = new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Retry-After") };
        return response;
    }

    static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details (RFC 9457).",
        Required = new HashSet<string> { "type", "title", "status" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Parameters.Text(),
            ["title"] = Parameters.Text(),
            ["status"] = Parameters.Number(400, 599),
            ["detail"] = Parameters.Text(),
            ["rule"] = Parameters.Text(),
            ["key"] = Parameters.Text(),
            ["etag"] = Parameters.Text(),
            ["index"] = Parameters.Number(0),
            ["limitBytes"] = Parameters.Number(0),
            ["commit"] = Parameters.Number(1),
            ["quota"] = Parameters.Text(),
            ["outcome"] = Parameters.Text(),
            ["traceId"] = Parameters.Text(),
        },
    };
}
