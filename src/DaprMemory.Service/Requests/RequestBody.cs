using System.Buffers;
using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Service.Requests;

/// <summary>Reads request bodies whole, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>The media type of JSON merge patches.</summary>
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>The longest body of a transaction, in bytes: its values, and the keys and preconditions around them.</summary>
    public const int MaxTransactionBytes = 4 * 1024 * 1024;

    /// <summary>Reads the body, if its header says JSON (or a kind of it: <c>*+json</c>, merge patches too) and it is no longer than the limit.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, Problem? Problem)> ReadAsync(HttpRequest request, int limitBytes)
    {
        if (!IsJson(request.ContentType))
            return (default, Problem.UnsupportedMediaType("Content-Type is application/json or of the form */*+json"));
        // It is counted here. The server's own limit would also keep it from reading to the end after a refusal, and so the client from the answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = null;
        if (request.ContentLength > limitBytes)
            return (default, Problem.ValueTooLarge(limitBytes));
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var length = read.Buffer.Length;
            if (length <= limitBytes && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var bytes = length <= limitBytes ? read.Buffer.ToArray() : null;
            reader.AdvanceTo(read.Buffer.End);
            return bytes is null ? (default, Problem.ValueTooLarge(limitBytes)) : (bytes, null);
        }
    }

    static bool IsJson(ReadOnlySpan<char> contentType)
    {
        if (contentType.IsEmpty)
            return true;
        var end = contentType.IndexOf(';');
        var type = (end < 0 ? contentType : contentType[..end]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) && type.Contains('/'));
    }
}
