using System.Globalization;

namespace DaprMemory.Client.Transport;

/// <summary>One call, as it is sent at every attempt.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, relative to the router's address.</param>
sealed record MemoryRequest(HttpMethod Method, string Path)
{
    public string? Agent { get; init; }
    public string? Token { get; init; }
    public string? Consistency { get; init; }
    public string? IdempotencyKey { get; init; }
    public string? IfMatch { get; init; }
    public string? IfNoneMatch { get; init; }
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <param name="address">The router's.</param>
    /// <param name="attempt">Which attempt it is, from 1.</param>
    public HttpRequestMessage ToMessage(Uri address, int attempt)
    {
        var message = new HttpRequestMessage(Method, new Uri(address, Path));
        Add(MemoryHeaders.Agent, Agent);
        Add(MemoryHeaders.Token, Token);
        Add(MemoryHeaders.Consistency, Consistency);
        Add(MemoryHeaders.IdempotencyKey, IdempotencyKey);
        Add(MemoryHeaders.Attempt, IdempotencyKey is null || attempt == 1 ? null : attempt.ToString(CultureInfo.InvariantCulture));
        Add("If-Match", IfMatch);
        Add("If-None-Match", IfNoneMatch);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new("application/json");
        }
        return message;

        void Add(string name, string? value)
        {
            if (value is not null)
                message.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
