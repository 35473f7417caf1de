using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Invocation;
using DaprMemory.LocalSidecar.PubSub;

namespace DaprMemory.LocalSidecar.Health;

/// <summary>What the sidecar tells of itself, with the attributes that its app has added.</summary>
internal sealed class MetadataApi(string appId, ComponentSet components, AppDirectory directory, AppSubscriptions? subscriptions)
{
    readonly ConcurrentDictionary<string, string> _attributes = new();

    /// <summary>Answers a request to <c>/v1.0/metadata</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target) =>
        target.Count == 2 && HttpMethods.IsGet(context.Request.Method) ? GetAsync(context)
        : target.Count == 3 && HttpMethods.IsPut(context.Request.Method) ? PutAsync(context, target.Parameter(2))
        : null;

    async Task GetAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("id", appId);
        json.WriteString("runtimeVersion", $"local-{typeof(MetadataApi).Assembly.GetName().Version?.ToString(3)}");
        json.WriteStartArray("components");
        foreach (var component in components.All.Where(component => component.IsInScopeOf(appId)))
        {
            json.WriteStartObject();
            json.WriteString("name", component.Name);
            json.WriteString("type", component.Type);
            json.WriteString("version", component.Version);
            json.WriteStartArray("capabilities");
            if (component.IsState)
            {
                foreach (var capability in (ReadOnlySpan<string>)["ETAG", "TRANSACTIONAL", "TTL"])
                    json.WriteStringValue(capability);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteSubscriptions(json);
        json.WriteStartObject("extended");
        foreach (var (name, value) in _attributes)
            json.WriteString(name, value);
        json.WriteEndObject();
        if (directory.AddressOf(appId) is { } app)
        {
            json.WriteStartObject("appConnectionProperties");
            json.WriteNumber("port", app.Port);
            json.WriteString("protocol", app.Scheme);
            json.WriteString("channelAddress", app.Host);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    void WriteSubscriptions(Utf8JsonWriter json)
    {
        json.WriteStartArray("subscriptions");
        foreach (var subscription in subscriptions?.Current ?? [])
        {
            json.WriteStartObject();
            json.WriteString("pubsubname", subscription.Topic.PubSub);
            json.WriteString("topic", subscription.Topic.Topic);
            json.WriteStartArray("rules");
            foreach (var rule in subscription.Rules)
            {
                json.WriteStartObject();
                json.WriteString("match", rule.Text);
                json.WriteString("path", rule.Path);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("deadLetterTopic", subscription.DeadLetterTopic ?? "");
            json.WriteString("type", "PROGRAMMATIC");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    async Task PutAsync(HttpContext context, string name)
    {
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body.IsTooLarge)
        {
            await DaprError.Malformed("stream too large").WriteAsync(context);
            return;
        }
        _attributes[name] = Encoding.UTF8.GetString(body.Bytes);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
