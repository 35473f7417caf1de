using System.Text.Json;

namespace DaprMemory.EndToEnd.Tests.Support;

/// <summary>An operation of the API, as its description lists it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, with parameters in braces.</param>
/// <param name="HasBody">Whether it wants a body.</param>
/// <param name="IsWrite">Whether it takes an idempotency key, as those do that change something.</param>
internal sealed record Operation(string Method, string Path, bool HasBody, bool IsWrite)
{
    /// <summary>Whether it wants <c>memory:admin</c>, which implies all that another agent's name would need.</summary>
    public bool IsForAdmins => Path is "/v1/{tenant}/audit" or "/v1/{tenant}/audit/reads";

    /// <summary>Reads the description that a shard gives of itself.</summary>
    public static async Task<IReadOnlyList<Operation>> ListAsync(Uri shard)
    {
        using var client = new HttpClient { BaseAddress = shard };
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               let names = operation.Value.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(p => p.GetProperty("name").GetString()) : []
               select new Operation(
                   operation.Name.ToUpperInvariant(), path.Name, operation.Value.TryGetProperty("requestBody", out _), names.Contains("Idempotency-Key")),
        ];
    }

    /// <summary>The target for a tenant and space; every other parameter is the planted record's key, or the first commit's number.</summary>
    public string Target(string tenant, string space)
    {
        var target = Path.Replace("{tenant}", tenant).Replace("{space}", space).Replace("{n}", "1");
        while (target.IndexOf('{') is var from and >= 0)
            target = target[..from] + Secrets.Key + target[(target.IndexOf('}') + 1)..];
        return target;
    }
}
