using System.Globalization;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Components;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>
/// A pub/sub component as one app sees it. Whatever its type, the embedded broker is behind it, with the settings of Dapr's Pulsar
/// component.
/// </summary>
internal sealed class BoundPubSub
{
    const int DefaultHandlers = 100;

    // Pulsar waits 30 s; on a laptop nobody is spared by that.
    static readonly TimeSpan DefaultRedeliveryDelay = TimeSpan.FromSeconds(1);

    readonly Component _component;
    readonly string _appId;
    readonly string _instance = Guid.NewGuid().ToString();

    public BoundPubSub(Component component, string appId)
    {
        _component = component;
        _appId = appId;
        Scopes = new TopicScopes(component, appId);
    }

    public string Name => _component.Name;

    public TopicScopes Scopes { get; }

    /// <summary>How a subscription joins its group.</summary>
    /// <param name="metadata">The subscription's own settings, by lower-case name, which go before the component's.</param>
    public ConsumerOptions ConsumerOptions(IReadOnlyDictionary<string, string> metadata) => new(
        Expand(Setting(metadata, "consumerid") is { Length: > 0 } id ? id : _appId),
        Setting(metadata, "subscribetype").ToLowerInvariant() switch
        {
            "key_shared" => SubscribeType.KeyShared,
            "exclusive" or "failover" => SubscribeType.Failover,
            _ => SubscribeType.Shared,
        },
        !Setting(metadata, "subscribemode").Equals("non_durable", StringComparison.OrdinalIgnoreCase),
        GoDuration.TryParse(Setting(metadata, "redeliverydelay"), TimeSpan.FromSeconds(1), out var delay) ? delay : DefaultRedeliveryDelay,
        int.TryParse(Setting(metadata, "maxconcurrenthandlers"), NumberStyles.None, CultureInfo.InvariantCulture, out var handlers) && handlers > 0
            ? handlers
            : DefaultHandlers);

    /// <summary>Whether a subscription gets its events one at a time and in order.</summary>
    public bool IsSync(IReadOnlyDictionary<string, string> metadata) =>
        Setting(metadata, "processmode").Equals("sync", StringComparison.OrdinalIgnoreCase);

    string Setting(IReadOnlyDictionary<string, string> metadata, string name) =>
        metadata.GetValueOrDefault(name) ?? _component.Settings.GetValueOrDefault(name, "");

    string Expand(string text) => text
        .Replace("{uuid}", _instance, StringComparison.Ordinal)
        .Replace("{appID}", _appId, StringComparison.Ordinal)
        // daprd refuses to start without POD_NAME; here the app id is as good, there is one sidecar an app.
        .Replace("{podName}", Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : _appId, StringComparison.Ordinal)
        .Replace("{namespace}", $"{Environment.GetEnvironmentVariable("NAMESPACE") ?? "default"}.{_appId}", StringComparison.Ordinal);
}
