using Microsoft.AspNetCore.WebUtilities;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>The <c>metadata.*</c> of a publish request or of one entry of a bulk. Names in any case; of repeated ones the first counts.</summary>
internal sealed class PublishMetadata
{
    const string Prefix = "metadata.";

    readonly Dictionary<string, string>? _values;

    PublishMetadata(Dictionary<string, string>? values) => _values = values;

    /// <summary>All of it; null: there is none.</summary>
    public IReadOnlyDictionary<string, string>? Values => _values;

    public string? this[string name] => _values?.GetValueOrDefault(name);

    public TimeSpan? Ttl =>
        GoDuration.TryParse(this["ttlInSeconds"] ?? this["ttl"], TimeSpan.FromSeconds(1), out var ttl) && ttl > TimeSpan.Zero ? ttl : null;

    /// <summary>Reads a query.</summary>
    public static PublishMetadata Parse(string query)
    {
        Dictionary<string, string>? values = null;
        if (query.Length > 1)
        {
            foreach (var pair in new QueryStringEnumerable(query))
            {
                var name = pair.DecodeName();
                if (name.Span.StartsWith(Prefix, StringComparison.Ordinal))
                    (values ??= New()).TryAdd(name[Prefix.Length..].ToString(), pair.DecodeValue().ToString());
            }
        }
        return new PublishMetadata(values);
    }

    /// <summary>This with others before it.</summary>
    public PublishMetadata With(IReadOnlyDictionary<string, string>? others)
    {
        if (others is not { Count: > 0 })
            return this;
        var values = New();
        foreach (var (name, value) in others.Concat(_values ?? []))
            values.TryAdd(name, value);
        return new PublishMetadata(values);
    }

    /// <summary>Whether the body is to go on without an envelope; null: what is said is no boolean.</summary>
    public bool? IsRaw => this["rawPayload"] switch
    {
        null or "" or "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        _ => null,
    };

    static Dictionary<string, string> New() => new(StringComparer.OrdinalIgnoreCase);
}
