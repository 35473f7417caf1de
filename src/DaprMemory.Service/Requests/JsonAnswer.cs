using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DaprMemory.Service.Requests;

/// <summary>Writes JSON answers.</summary>
internal static class JsonAnswer
{
    /// <summary>The media type of all answers but problems.</summary>
    public const string ContentType = "application/json";

    /// <summary>Answers with a small value, in one piece.</summary>
    public static Task WriteAsync<T>(HttpResponse response, int status, T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>Answers with a value of any size, sent as it is written.</summary>
    public static Task StreamAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        response.ContentType = ContentType;
        return JsonSerializer.SerializeAsync(response.BodyWriter, value, type, response.HttpContext.RequestAborted);
    }
}
