using System.Text.Json;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>What an app tells of its actors (<c>GET /dapr/config</c>).</summary>
/// <param name="Types">Their types.</param>
/// <param name="IdleTimeout">How long one may do nothing before it is deactivated.</param>
/// <param name="DrainTimeout">How long a call may still take when its actor moves.</param>
internal sealed record ActorSettings(IReadOnlyList<string> Types, TimeSpan IdleTimeout, TimeSpan DrainTimeout)
{
    /// <summary>What an app tells that has none.</summary>
    public static ActorSettings None { get; } = new([], TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));

    /// <summary>Reads the app's answer; null: it can't be read.</summary>
    public static ActorSettings? Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            return new ActorSettings(
                root.TryGetProperty("entities", out var entities) ? [.. entities.EnumerateArray().Select(entity => entity.GetString()!)] : [],
                Duration(root, "actorIdleTimeout", None.IdleTimeout),
                root.TryGetProperty("drainRebalancedActors", out var drains) && drains.ValueKind == JsonValueKind.False
                    ? TimeSpan.Zero
                    : Duration(root, "drainOngoingCallTimeout", None.DrainTimeout));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static TimeSpan Duration(JsonElement root, string name, TimeSpan otherwise) =>
        root.TryGetProperty(name, out var value) && ActorTime.TryParse(value.GetString() ?? "", out var duration) ? duration : otherwise;
}
