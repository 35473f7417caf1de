using System.Text;

namespace Dapr.Client;

/// <summary>Addresses of Dapr's state, publish and secrets APIs. Dapr reads a literal <c>+</c> as a space, so everything that is not unreserved is escaped.</summary>
/// <param name="root">Scheme, host and port.</param>
internal sealed class DaprUrl(string root)
{
    static readonly Dictionary<string, string> Nothing = [];

    readonly string _state = root + "/v1.0/state/";
    readonly string _publish = root + "/v1.0/publish/";
    readonly string _secrets = root + "/v1.0/secrets/";

    public Uri ForStore(string storeName, string action = "") => new(string.Concat(_state, Uri.EscapeDataString(storeName), action));

    /// <summary>The address of one key.</summary>
    public Uri ForKey(
        string storeName,
        string key,
        ConcurrencyMode? concurrency,
        ConsistencyMode? consistency,
        IReadOnlyDictionary<string, string>? metadata) => With(
            string.Concat(_state, Uri.EscapeDataString(storeName), "/", Uri.EscapeDataString(key)), concurrency?.ToWire(), consistency?.ToWire(), metadata);

    /// <summary>The address to publish to a topic at.</summary>
    public Uri ForTopic(string pubsubName, string topicName, IReadOnlyDictionary<string, string>? metadata) => With(
        string.Concat(_publish, Uri.EscapeDataString(pubsubName), "/", Uri.EscapeDataString(topicName)), concurrency: null, consistency: null, metadata);

    /// <summary>The address of a secret.</summary>
    public Uri ForSecret(string storeName, string key, IReadOnlyDictionary<string, string>? metadata) => With(
        string.Concat(_secrets, Uri.EscapeDataString(storeName), "/", Uri.EscapeDataString(key)), concurrency: null, consistency: null, metadata);

    static Uri With(string path, string? concurrency, string? consistency, IReadOnlyDictionary<string, string>? metadata)
    {
        if (concurrency is null && metadata is null)
            return new Uri(consistency is null ? path : string.Concat(path, "?consistency=", consistency));

        var url = new StringBuilder(path);
        var separator = '?';
        Append("concurrency", concurrency);
        Append("consistency", consistency);
        foreach (var (name, value) in metadata ?? Nothing)
            Append("metadata." + Uri.EscapeDataString(name), value);
        return new Uri(url.ToString());

        void Append(string name, string? value)
        {
            if (value is null)
                return;
            url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
    }
}
