using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DaprMemory.Core.State;

namespace DaprMemory.Client.Transport;

/// <summary>An answer, read to its end.</summary>
sealed class MemoryReply(HttpStatusCode status, HttpResponseHeaders headers, string? mediaType, byte[] body)
{
    readonly ProblemBody? _problem = mediaType == "application/problem+json" ? ReadProblem(body) : null;

    public HttpStatusCode Status => status;
    public byte[] Body => body;
    public ProblemBody? Problem => _problem;
    public bool IsSuccess => (int)status is >= 200 and < 300;

    /// <summary>Another attempt may be answered.</summary>
    public bool IsTransient => status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>There is no such record or commit. A 404 of some other server is not meant.</summary>
    public bool IsNotFound => status == HttpStatusCode.NotFound && _problem?.Type == ProblemTypes.NotFound;

    public bool IsPreconditionFailed => status == HttpStatusCode.PreconditionFailed && _problem is not null;

    public string? Token => Header(MemoryHeaders.Token);
    public string? Source => Header(MemoryHeaders.Source);

    /// <summary>The version served; null when the header is absent.</summary>
    public long? Version => long.TryParse(Header(MemoryHeaders.Version), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    public ETag ETag => ETag.TryParse(Header("ETag"), out var etag) ? etag : throw Malformed("without an ETag");

    public TimeSpan? RetryAfter(DateTimeOffset now) =>
        headers.RetryAfter is not { } after ? null
        : after.Delta ?? (after.Date is { } date && date > now ? date - now : TimeSpan.Zero);

    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw Malformed("of null");
        }
        catch (JsonException e)
        {
            throw Malformed("that is not the expected JSON", e);
        }
    }

    public MemoryException ToException() => new(
        _problem is { } p ? $"{p.Detail ?? p.Title ?? "refused"} ({(int)status}{(p.Type is { } type ? $" {type}" : "")})"
            : $"the service answered {(int)status} {status}",
        status, _problem?.Type, IsTransient, _problem?.Outcome);

    public MemoryException Malformed(string how, Exception? cause = null) =>
        new($"an answer {(int)status} {how}: is this the address of a DaprMemory router?", status, innerException: cause);

    string? Header(string name) => headers.TryGetValues(name, out var values) ? values.First() : null;

    static ProblemBody? ReadProblem(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WireJsonContext.Default.ProblemBody);
        }
        catch (JsonException)
        {
            // A proxy in between may cut or replace the body; the status still stands.
            return null;
        }
    }
}
