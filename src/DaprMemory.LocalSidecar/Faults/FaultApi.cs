using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.Faults;

/// <summary>
/// The faults over HTTP, for tests of other processes: <c>PUT /local/faults</c> with <c>{"seed"?, "rules":[…]}</c>, <c>GET</c> the rules
/// and how often they happened, <c>DELETE</c> to end them.
/// </summary>
internal sealed class FaultApi(FaultInjector faults)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Answers a request to <c>/local/faults</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context) => context.Request.Method switch
    {
        "PUT" => PutAsync(context),
        "GET" => JsonSerializer.SerializeAsync(context.Response.Body, new { faults.Happened, faults.Rules }, Json),
        "DELETE" => Clear(context),
        _ => null,
    };

    async Task PutAsync(HttpContext context)
    {
        FaultSettings? settings;
        try
        {
            settings = await JsonSerializer.DeserializeAsync<FaultSettings>(context.Request.Body, Json, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await DaprError.Malformed(e.Message).WriteAsync(context);
            return;
        }
        if (settings?.Seed is { } seed)
            faults.Reseed(seed);
        faults.Set(settings?.Rules ?? []);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    Task Clear(HttpContext context)
    {
        faults.Set();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    sealed record FaultSettings(int? Seed, IReadOnlyList<FaultRule>? Rules);
}
