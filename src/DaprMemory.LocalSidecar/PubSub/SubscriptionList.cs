using System.Text.Json;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Reads what an app answers to <c>GET /dapr/subscribe</c>.</summary>
internal sealed partial class SubscriptionList(IReadOnlyDictionary<string, BoundPubSub> pubSubs, ILogger logger)
{
    const int DefaultBulkMessages = 100;
    const int DefaultBulkAwaitMilliseconds = 1000;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString,
    };

    /// <summary>Gives the subscriptions that can be served and tells of the others in the log.</summary>
    public IReadOnlyList<Subscription> Parse(ReadOnlySpan<byte> answer)
    {
        List<Item>? items;
        try
        {
            items = JsonSerializer.Deserialize<List<Item>>(answer, Json);
        }
        catch (JsonException e)
        {
            LogUnreadable(logger, e);
            return [];
        }
        var subscriptions = new List<Subscription>();
        foreach (var item in items ?? [])
        {
            if (Bind(item, out var subscription) is { } error)
            {
                LogRefused(logger, item.Topic, item.PubSubName, error);
                continue;
            }
            if (subscriptions.RemoveAll(other => other.Topic == subscription!.Topic) > 0)
                LogReplaced(logger, item.Topic, item.PubSubName);
            subscriptions.Add(subscription!);
        }
        return subscriptions;
    }

    string? Bind(Item item, out Subscription? subscription)
    {
        subscription = null;
        if (item.PubSubName is not { Length: > 0 } name || !pubSubs.TryGetValue(name, out var pubSub))
            return "there is no such pub/sub component";
        if (item.Topic is not { Length: > 0 } topic)
            return "it names no topic";
        if (!pubSub.Scopes.CanSubscribe(topic))
            return "the topic is not allowed";
        var rules = new List<RouteRule>();
        foreach (var rule in item.Routes?.Rules ?? [])
        {
            if (RouteMatch.TryParse(rule.Match ?? "") is not { } match)
                return $"the condition '{rule.Match}' is not supported here";
            rules.Add(new RouteRule(rule.Match!, match, rule.Path ?? ""));
        }
        if ((item.Routes?.Default is { Length: > 0 } path ? path : item.Route) is { Length: > 0 } fallback)
            rules.Add(new RouteRule("", null, fallback));
        if (rules.Count == 0)
            return "it has no route";

        var metadata = (item.Metadata ?? []).GroupBy(pair => pair.Key.ToLowerInvariant()).ToDictionary(group => group.Key, group => group.Last().Value);
        var consumer = pubSub.ConsumerOptions(metadata);
        var bulk = item.BulkSubscribe is { Enabled: true } asked
            ? new BulkOptions(
                asked.MaxMessagesCount > 0 ? asked.MaxMessagesCount : DefaultBulkMessages,
                TimeSpan.FromMilliseconds(asked.MaxAwaitDurationMs > 0 ? asked.MaxAwaitDurationMs : DefaultBulkAwaitMilliseconds))
            : null;
        subscription = new Subscription
        {
            Topic = new(name, topic),
            // A bulk can't be fuller than what may be unsettled.
            Consumer = consumer with { Window = Math.Max(consumer.Window, bulk?.MaxMessages ?? 0) },
            Rules = rules,
            DeadLetterTopic = item.DeadLetterTopic is { Length: > 0 } deadLetter ? deadLetter : null,
            IsSync = pubSub.IsSync(metadata),
            IsRaw = metadata.GetValueOrDefault("rawpayload") is "true" or "True" or "TRUE" or "1" or "t" or "T",
            Bulk = bulk,
        };
        return null;
    }

    [LoggerMessage(EventName = "SubscriptionsUnreadable", Level = LogLevel.Error, Message = "The app's answer to /dapr/subscribe is no list of subscriptions")]
    static partial void LogUnreadable(ILogger logger, JsonException exception);

    [LoggerMessage(EventName = "SubscriptionRefused", Level = LogLevel.Error, Message = "The subscription to {Topic} of {PubSub} is left out: {Reason}")]
    static partial void LogRefused(ILogger logger, string? topic, string? pubSub, string reason);

    [LoggerMessage(EventName = "SubscriptionReplaced", Level = LogLevel.Warning, Message = "{Topic} of {PubSub} is subscribed to twice; the last one counts")]
    static partial void LogReplaced(ILogger logger, string? topic, string? pubSub);

    sealed record Item(
        string? PubSubName,
        string? Topic,
        string? Route,
        RouteList? Routes,
        string? DeadLetterTopic,
        Dictionary<string, string>? Metadata,
        BulkItem? BulkSubscribe);

    sealed record RouteList(List<RouteItem>? Rules, string? Default);

    sealed record RouteItem(string? Match, string? Path);

    sealed record BulkItem(bool Enabled, int MaxMessagesCount, int MaxAwaitDurationMs);
}
