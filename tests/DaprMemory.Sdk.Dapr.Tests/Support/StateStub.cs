using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Sdk.Dapr.Tests.Support;

/// <summary>A state store behind a <see cref="SidecarStub"/>, as Dapr's <c>postgresql</c> v2: a create that lost is 500, a stale ETag 409.</summary>
public sealed class StateStub
{
    readonly ConcurrentDictionary<string, (string Json, string ETag)> _values = new(StringComparer.Ordinal);
    readonly Lock _lock = new();

    public async Task AnswerAsync(HttpContext context, SidecarStub.Recorded request)
    {
        var segments = request.Target.Split('?')[0].Split('/');
        switch (request.Method, segments)
        {
            case ("GET", [_, "v1.0", "state", _, var key]):
                if (_values.TryGetValue(WebUtility.UrlDecode(key), out var found))
                    await SidecarStub.AnswerWith(context, 200, found.Json, found.ETag);
                else
                    await SidecarStub.AnswerWith(context, 204);
                break;
            case ("POST", [_, "v1.0", "state", _, "bulk"]):
                await AnswerBulkAsync(context, request.Body);
                break;
            case ("POST", [_, "v1.0", "state", _]):
                var (status, answer) = Save(JsonDocument.Parse(request.Body).RootElement[0]);
                await SidecarStub.AnswerWith(context, status, answer);
                break;
            default:
                await SidecarStub.AnswerWith(context, 404, """{"errorCode":"ERR_DIRECT_INVOKE","message":"no such route"}""");
                break;
        }
    }

    (int Status, string? Answer) Save(JsonElement item)
    {
        var key = item.GetProperty("key").GetString()!;
        var firstWrite = item.TryGetProperty("options", out var options) && options.GetProperty("concurrency").GetString() == "first-write";
        var next = (item.GetProperty("value").GetRawText(), Guid.NewGuid().ToString());
        lock (_lock)
        {
            var exists = _values.TryGetValue(key, out var current);
            if (item.TryGetProperty("etag", out var etag))
            {
                if (!exists || current.ETag != etag.GetString())
                    return (409, """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store s: possible etag mismatch. error from state store"}""");
            }
            else if (firstWrite && exists)
            {
                return (500, """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store s: no item was updated"}""");
            }
            _values[key] = next;
            return (204, null);
        }
    }

    async Task AnswerBulkAsync(HttpContext context, string body)
    {
        var keys = JsonDocument.Parse(body).RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!).ToArray();
        // Found ones first, then the missing, as the SQL stores answer.
        var items = keys.OrderBy(key => !_values.ContainsKey(key)).Select(key => _values.TryGetValue(key, out var value)
            ? $$"""{"key":{{JsonSerializer.Serialize(key)}},"data":{{value.Json}},"etag":"{{value.ETag}}"}"""
            : $$"""{"key":{{JsonSerializer.Serialize(key)}}}""");
        await SidecarStub.AnswerWith(context, 200, $"[{string.Join(',', items)}]");
    }
}
