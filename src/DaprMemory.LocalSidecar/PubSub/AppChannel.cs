using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>What the sidecar asks and tells its app about events, over kept connections.</summary>
internal sealed class AppChannel(string appId, HttpMessageInvoker client, string? appApiToken)
{
    static readonly MediaTypeHeaderValue Json = new("application/json");
    static readonly MediaTypeHeaderValue Event = new(ContentType.CloudEvent);

    /// <summary>Asks the app for what it tells of itself at a path. Null: it cannot be reached.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)?> DiscoverAsync(Uri app, string path, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Get, At(app, path));
        request.Headers.TryAddWithoutValidation(InvocationHeaders.AppId, appId);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Delivers one event.</summary>
    public async Task<DeliveryOutcome> DeliverAsync(
        Uri target, TopicName topic, BrokerMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Post, target);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Event } };
        request.Headers.TryAddWithoutValidation("pubsubName", topic.PubSub);
        if (message.TraceParent is { } trace)
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        foreach (var (name, value) in message.Metadata ?? new Dictionary<string, string>())
        {
            // What was published must not pass for ours, least of all for the token.
            if (!request.Headers.NonValidated.Contains(name))
                request.Headers.TryAddWithoutValidation(name, value);
        }
        var answer = await SendAsync(request, cancellationToken);
        return answer.Outcome ?? ReadStatus(answer.Body);
    }

    /// <summary>Delivers several events in one request and gives the outcome of each.</summary>
    public async Task<DeliveryOutcome[]> DeliverAsync(
        Uri target, TopicName topic, IReadOnlyList<Delivery> deliveries, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Post, target);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
        request.Headers.TryAddWithoutValidation("pubsubName", topic.PubSub);
        var answer = await SendAsync(request, cancellationToken);
        var statuses = answer.Outcome is null ? ReadStatuses(answer.Body) : [];
        // Of an event that the answer does not speak of, success is not assumed: the opposite of a single delivery.
        return [.. deliveries.Select(delivery => answer.Outcome is { } all and not DeliveryOutcome.Success
            ? all
            : statuses.GetValueOrDefault(delivery.Id.ToString(CultureInfo.InvariantCulture), DeliveryOutcome.Retry))];
    }

    public static Uri At(Uri app, string path) => new(app.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path.TrimStart('/'));

    /// <summary>Sends an event. The outcome, or null and a body that has it.</summary>
    async Task<(DeliveryOutcome? Outcome, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return (DeliveryOutcome.Drop, []);
            if ((int)response.StatusCode is < 200 or >= 300)
                return (DeliveryOutcome.Retry, []);
            return response.Content.Headers.ContentLength is 0 or > RequestBody.LimitBytes
                ? (DeliveryOutcome.Success, [])
                : (null, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (DeliveryOutcome.Retry, []);
        }
    }

    HttpRequestMessage New(HttpMethod method, Uri target)
    {
        var request = new HttpRequestMessage(method, target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (appApiToken is { Length: > 0 })
            request.Headers.TryAddWithoutValidation(InvocationHeaders.ApiToken, appApiToken);
        return request;
    }

    /// <summary>What an answer's <c>status</c> means; without one, or if it is not JSON at all, the event is done with.</summary>
    static DeliveryOutcome ReadStatus(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
                ? OutcomeOf(status.GetString(), whenEmpty: DeliveryOutcome.Success)
                : DeliveryOutcome.Success;
        }
        catch (JsonException)
        {
            return DeliveryOutcome.Success;
        }
    }

    static Dictionary<string, DeliveryOutcome> ReadStatuses(byte[] body)
    {
        var outcomes = new Dictionary<string, DeliveryOutcome>();
        try
        {
            foreach (var item in JsonSerializer.Deserialize<BulkAnswer>(body, JsonSerializerOptions.Web)?.Statuses ?? [])
                outcomes[item.EntryId ?? ""] = OutcomeOf(item.Status, whenEmpty: DeliveryOutcome.Retry);
        }
        catch (JsonException)
        {
            outcomes.Clear(); // an answer that cannot be read speaks of no event
        }
        return outcomes;
    }

    static DeliveryOutcome OutcomeOf(string? status, DeliveryOutcome whenEmpty) => status switch
    {
        "SUCCESS" => DeliveryOutcome.Success,
        "DROP" => DeliveryOutcome.Drop,
        null or "" => whenEmpty,
        _ => DeliveryOutcome.Retry,
    };

    sealed record BulkAnswer(List<BulkStatus>? Statuses);

    sealed record BulkStatus(string? EntryId, string? Status);
}
