using Microsoft.AspNetCore.WebUtilities;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>The query parameters that Dapr's state API knows. Of repeated ones the first counts.</summary>
internal readonly record struct RequestQuery(string? Ttl, string? Concurrency, string? Consistency)
{
    public static RequestQuery Parse(string query)
    {
        string? ttl = null, concurrency = null, consistency = null;
        if (query.Length > 1)
        {
            foreach (var pair in new QueryStringEnumerable(query))
            {
                switch (pair.DecodeName().Span)
                {
                    case "metadata.ttlInSeconds":
                        ttl ??= pair.DecodeValue().ToString();
                        break;
                    case "concurrency":
                        concurrency ??= pair.DecodeValue().ToString();
                        break;
                    case "consistency":
                        consistency ??= pair.DecodeValue().ToString();
                        break;
                }
            }
        }
        return new RequestQuery(ttl, concurrency, consistency);
    }
}
