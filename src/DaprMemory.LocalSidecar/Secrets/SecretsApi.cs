using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.Secrets;

/// <summary>Dapr's secrets API of one app: one secret at a time.</summary>
internal sealed class SecretsApi(string appId, ComponentSet components)
{
    readonly Dictionary<string, Component> _stores = components.All
        .Where(component => component.IsSecretStore && component.IsInScopeOf(appId))
        .ToDictionary(component => component.Name);

    /// <summary>Answers a request under <c>/v1.0/secrets</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target) =>
        target.Count == 4 && HttpMethods.IsGet(context.Request.Method) && !target.Is(3, "bulk") ? GetAsync(context, target.Parameter(2), target.Parameter(3)) : null;

    Task GetAsync(HttpContext context, string store, string name)
    {
        if (_stores.Count == 0)
            return new DaprError(StatusCodes.Status500InternalServerError, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured").WriteAsync(context);
        // Not 404, nor the state API's 400.
        if (!_stores.TryGetValue(store, out var component))
            return new DaprError(StatusCodes.Status401Unauthorized, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {store}").WriteAsync(context);
        string? value;
        var reason = $"secret {name} not found";
        try
        {
            value = SecretStore.Find(component, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            (value, reason) = (null, e.Message);
        }
        if (value is null)
            return new DaprError(
                StatusCodes.Status500InternalServerError, "ERR_SECRET_GET", $"failed getting secret with key {name} from secret store {store}: {reason}").WriteAsync(context);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { [name] = value });
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
