using System.Text.Json;
using DaprMemory.Hosting.Problems;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Router.Forwarding;

/// <summary>A shard's answer that it can't reach its store, held back while another shard is asked.</summary>
internal sealed class UnavailableAnswer
{
    /// <summary>More than any problem details of ours.</summary>
    public const int MaxBytes = 16 * 1024;

    const string Type = ProblemTypes.Prefix + ProblemTypes.Unavailable;

    readonly KeyValuePair<string, StringValues>[] _headers;
    readonly byte[] _body;

    UnavailableAnswer(HttpResponse response, byte[] body, bool isUnknown)
    {
        // The length is that of the body now.
        response.Headers.TransferEncoding = default;
        _headers = [.. response.Headers];
        _body = body;
        IsUnknown = isUnknown;
    }

    /// <summary>Whether the shard can't say what became of a write.</summary>
    public bool IsUnknown { get; }

    /// <summary>Whether a response can be such an answer; its body tells.</summary>
    public static bool IsPossible(HttpResponseMessage response) =>
        response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable
        && response.Content.Headers.ContentType?.MediaType == ProblemWriter.ContentType;

    /// <summary>Takes an answer.</summary>
    /// <param name="response">Has the answer's headers.</param>
    /// <param name="body">Empty if the request was a HEAD; its answer is told by status and type alone.</param>
    /// <returns>Null if it is another problem.</returns>
    public static UnavailableAnswer? Parse(HttpResponse response, byte[] body)
    {
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
            return new(response, body, isUnknown: false);
        try
        {
            using var problem = JsonDocument.Parse(body);
            return Get(problem, "type") == Type ? new(response, body, Get(problem, "outcome") == "unknown") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Answers the client with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        foreach (var (name, value) in _headers)
            context.Response.Headers[name] = value;
        return _body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(_body, context.RequestAborted).AsTask();
    }

    static string? Get(JsonDocument problem, string member) =>
        problem.RootElement.ValueKind == JsonValueKind.Object
        && problem.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
