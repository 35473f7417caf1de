using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Problems;

/// <summary>Writes a <see cref="Problem"/> as the whole response.</summary>
public static class ProblemWriter
{
    /// <summary>The media type of problem details.</summary>
    public const string ContentType = "application/problem+json";

    static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    // Details quote what the client sent; the relaxed encoder keeps quotes and non-ASCII readable, and no browser takes this type for HTML.
    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request with a problem. Nothing of the response may have been sent; its headers stay, but for the content's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="problem">The problem.</param>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        var body = Serialize(problem);
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers.ContentEncoding = default;
        if (RetryAfterSeconds(problem) is { } seconds)
            response.Headers.RetryAfter = seconds;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    internal static ReadOnlyMemory<byte> Serialize(Problem problem)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("type", ProblemTypes.Prefix + problem.Type);
        json.WriteString("title", problem.Title);
        json.WriteNumber("status", problem.Status);
        WriteIfAny(json, "detail", problem.Detail);
        WriteIfAny(json, "rule", problem.Rule);
        WriteIfAny(json, "key", problem.Key);
        WriteIfAny(json, "etag", problem.ETag);
        if (problem.Index is { } index)
            json.WriteNumber("index", index);
        if (problem.LimitBytes is { } limitBytes)
            json.WriteNumber("limitBytes", limitBytes);
        if (problem.Commit is { } commit)
            json.WriteNumber("commit", commit);
        WriteIfAny(json, "quota", problem.Quota);
        WriteIfAny(json, "outcome", problem.Outcome);
        WriteIfAny(json, "traceId", problem.TraceId);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    internal static string? RetryAfterSeconds(Problem problem)
    {
        var wait = problem.RetryAfter
            ?? (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? DefaultRetryAfter : null);
        return wait is { } time ? Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;
    }

    static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
