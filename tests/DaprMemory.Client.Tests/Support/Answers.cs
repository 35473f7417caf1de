using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Client.Tests.Support;

/// <summary>Answers as docs/http-api.md describes them.</summary>
public static class Answers
{
    public static Func<HttpContext, Task> Value(string json, string etag, long version, string? token = null) => context =>
    {
        context.Response.Headers.ETag = $"\"{etag}\"";
        context.Response.Headers["Memory-Source"] = "cache";
        return WriteAsync(context, 200, "application/json", json, version, token);
    };

    public static Func<HttpContext, Task> Written(string etag, long version, int status = 201, string? token = null) => context =>
    {
        context.Response.Headers.ETag = $"\"{etag}\"";
        return status == 204
            ? WriteAsync(context, status, null, "", version, token)
            : WriteAsync(context, status, "application/json", $$"""{"key":"k","etag":"{{etag}}","version":{{version}}}""", version, token);
    };

    public static Func<HttpContext, Task> Json(string json, long version = 1) => context => WriteAsync(context, 200, "application/json", json, version, null);

    public static Func<HttpContext, Task> Problem(int status, string type, string members = "", string? retryAfter = null) => context =>
    {
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return WriteAsync(
            context, status, "application/problem+json",
            $$"""{"type":"urn:daprmemory:{{type}}","title":"t","status":{{status}},"detail":"the detail"{{members}}}""", null, null);
    };

    /// <summary>The connection ends without an answer.</summary>
    public static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>The answer begins and is cut off.</summary>
    public static async Task CutOff(HttpContext context)
    {
        context.Response.ContentLength = 100;
        await context.Response.WriteAsync("{");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    static Task WriteAsync(HttpContext context, int status, string? type, string body, long? version, string? token)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (version is not null)
            context.Response.Headers["Memory-Version"] = version.ToString();
        if (token is not null)
            context.Response.Headers["Memory-Token"] = token;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
    }
}
