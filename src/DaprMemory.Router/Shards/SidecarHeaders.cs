using DaprMemory.Hosting.Requests;

namespace DaprMemory.Router.Shards;

/// <summary>What a request must carry for a Dapr sidecar to take it and to know which app it is for.</summary>
internal sealed class SidecarHeaders(IConfiguration configuration)
{
    const string AppId = "dapr-app-id";
    const string ApiToken = "dapr-api-token";

    /// <summary>The headers by which sidecars, routers and services tell each other of the request: all of Dapr's, and our own.</summary>
    public static readonly string[] NotForClients =
        [AppId, ApiToken, "dapr-caller-app-id", "dapr-caller-namespace", "dapr-callee-app-id", MemoryHeaders.CallerApp];

    // The name of the environment variable that Dapr itself gives to apps.
    readonly string? _token = configuration["DAPR_API_TOKEN"];

    public void Add(HttpRequestMessage request, string appId)
    {
        request.Headers.TryAddWithoutValidation(AppId, appId);
        if (!string.IsNullOrEmpty(_token))
            request.Headers.TryAddWithoutValidation(ApiToken, _token);
    }
}
