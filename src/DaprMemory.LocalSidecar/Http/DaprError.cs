using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>daprd's two shapes of error bodies: code and message, and the richer one with details.</summary>
internal sealed record DaprError(int Status, string Code, string Message)
{
    const string TypePrefix = "type.googleapis.com/google.rpc.";

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The details of the rich shape; null: the plain one.</summary>
    public JsonArray? Details { get; init; }

    /// <summary>The entries of a bulk that were not published.</summary>
    public IReadOnlyList<string> FailedEntries { get; init; } = [];

    public static DaprError Malformed(string message) => new(StatusCodes.Status400BadRequest, "ERR_MALFORMED_REQUEST", message);

    public static DaprError NoTarget { get; } = new(
        StatusCodes.Status404NotFound, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");

    public static DaprError StoreNotFound(string store, string appId) =>
        new(StatusCodes.Status400BadRequest, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found")
        {
            Details = [ErrorInfo("DAPR_STATE_NOT_FOUND", new JsonObject { ["appID"] = appId })],
        };

    public static DaprError NoStores(string store, string appId) =>
        new(StatusCodes.Status500InternalServerError, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {store} is not configured")
        {
            Details = [ErrorInfo("DAPR_STATE_NOT_CONFIGURED", new JsonObject { ["appID"] = appId })],
        };

    public static DaprError IllegalKey(string key, string store)
    {
        var message = $"api error: code = InvalidArgument desc = input key/keyPrefix '{key}' can't contain '||'";
        return Malformed(message) with
        {
            Details =
            [
                new JsonObject
                {
                    ["@type"] = TypePrefix + "BadRequest",
                    ["field_violations"] = new JsonArray(new JsonObject { ["field"] = key, ["description"] = message }),
                },
                ResourceInfo(store, "state"),
                ErrorInfo("DAPR_STATE_ILLEGAL_KEY", metadata: null),
            ],
        };
    }

    public static DaprError Query(string code, string reason, string message, string store) =>
        new(StatusCodes.Status500InternalServerError, code, message) { Details = [ResourceInfo(store, "state"), ErrorInfo(reason, metadata: null)] };

    public Task WriteAsync(HttpContext context)
    {
        var body = new JsonObject { ["errorCode"] = Code, ["message"] = Message };
        if (Details is not null)
            body["details"] = Details.DeepClone();
        if (FailedEntries.Count > 0)
            body["failedEntries"] = new JsonArray([.. FailedEntries.Select(id => new JsonObject { ["entryId"] = id, ["error"] = Message })]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Relaxed);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }

    public static JsonObject ErrorInfo(string reason, JsonObject? metadata) => new()
    {
        ["@type"] = TypePrefix + "ErrorInfo",
        ["domain"] = "dapr.io",
        ["metadata"] = metadata,
        ["reason"] = reason,
    };

    public static JsonObject ResourceInfo(string name, string type, string description = "") => new()
    {
        ["@type"] = TypePrefix + "ResourceInfo",
        ["description"] = description,
        ["owner"] = "",
        ["resource_name"] = name,
        ["resource_type"] = type,
    };
}
