using System.Net;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.Tests;

/// <summary>What a sidecar answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ETag, string? Expiry, string Body)
{
    public string? ErrorCode => Body.StartsWith("{\"errorCode\"", StringComparison.Ordinal)
        ? JsonDocument.Parse(Body).RootElement.GetProperty("errorCode").GetString()
        : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        Header(response, "ETag"),
        Header(response, "metadata.ttlExpireTime"),
        await response.Content.ReadAsStringAsync());

    static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
