using System.Text;

namespace Dapr.Client;

/// <summary>Addresses of Dapr's state API.</summary>
/// <param name="root">Scheme, host and port.</param>
internal sealed class StateUrl(string root)
{
    readonly string _state = root + "/v1.0/state/";

    public Uri ForStore(string storeName, string action = "") => new(string.Concat(_state, Uri.EscapeDataString(storeName), action));

    /// <summary>The address of one key. Dapr reads a literal <c>+</c> as a space, so everything that is not unreserved is escaped.</summary>
    public Uri ForKey(
        string storeName,
        string key,
        ConcurrencyMode? concurrency,
        ConsistencyMode? consistency,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var path = string.Concat(_state, Uri.EscapeDataString(storeName), "/", Uri.EscapeDataString(key));
        if (concurrency is null && metadata is null)
            return new Uri(consistency is null ? path : string.Concat(path, "?consistency=", consistency.Value.ToWire()));

        var url = new StringBuilder(path);
        var separator = '?';
        Append("concurrency", concurrency?.ToWire());
        Append("consistency", consistency?.ToWire());
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

    static readonly Dictionary<string, string> Nothing = [];
}
