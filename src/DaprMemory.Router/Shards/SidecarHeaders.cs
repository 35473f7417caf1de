namespace DaprMemory.Router.Shards;

/// <summary>What a request must carry for a Dapr sidecar to take it and to know which app it is for.</summary>
internal sealed class SidecarHeaders(IConfiguration configuration)
{
    public const string AppId = "dapr-app-id";
    public const string ApiToken = "dapr-api-token";

    // The name of the environment variable that Dapr itself gives to apps.
    readonly string? _token = configuration["DAPR_API_TOKEN"];

    public void Add(HttpRequestMessage request, string appId)
    {
        request.Headers.TryAddWithoutValidation(AppId, appId);
        if (!string.IsNullOrEmpty(_token))
            request.Headers.TryAddWithoutValidation(ApiToken, _token);
    }
}
