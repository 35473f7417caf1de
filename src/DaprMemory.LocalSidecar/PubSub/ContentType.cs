namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>The kinds of content that daprd tells apart.</summary>
internal static class ContentType
{
    public const string CloudEvent = "application/cloudevents+json";

    public static bool IsCloudEvent(string? type) => Is(type, CloudEvent);

    public static bool IsJson(string? type) => Is(type, "application/json");

    public static bool IsBinary(string? type) => Is(type, "application/octet-stream");

    public static bool IsText(string? type) => Is(type, "application/xml") || type?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true;

    static bool Is(string? type, string wanted) =>
        type?.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) == true && (type.Length == wanted.Length || type[wanted.Length] == ';');
}
