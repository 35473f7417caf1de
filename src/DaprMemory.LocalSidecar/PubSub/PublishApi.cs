using System.Diagnostics;
using System.Net;
using System.Text.Json;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Dapr's publish API of one app.</summary>
internal sealed class PublishApi(
    string appId, IReadOnlyDictionary<string, BoundPubSub> pubSubs, IBroker broker, FaultInjector faults, TimeProvider time)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Answers a request under <c>/v1.0/publish</c> or <c>/v1.0-alpha1/publish</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target)
    {
        if (!HttpMethods.IsPost(context.Request.Method) && !HttpMethods.IsPut(context.Request.Method))
            return null;
        // daprd 1.16 has the bulk only under v1.0-alpha1 and otherwise looks for a component named bulk; 1.18 has both.
        if (target.Count >= 5 && target.Is(2, "bulk"))
            return PublishAsync(context, target, topicAt: 4, ReadBulkAsync);
        return target.Count >= 4 && target.Is(0, "v1.0") ? PublishAsync(context, target, topicAt: 3, ReadOneAsync) : null;
    }

    async Task PublishAsync(
        HttpContext context, RequestTarget target, int topicAt, Func<HttpContext, EventContext, List<Entry>, Task<DaprError?>> read)
    {
        var topic = new TopicName(target.Parameter(topicAt - 1), WebUtility.UrlDecode(target.From(topicAt)));
        if (!pubSubs.TryGetValue(topic.PubSub, out var pubSub))
        {
            await (pubSubs.Count == 0 ? PubSubErrors.NotConfigured(appId) : PubSubErrors.NotFound(topic.PubSub)).WriteAsync(context);
            return;
        }
        var entries = new List<Entry>();
        var error = await read(context, NewContext(context.Request, topic, target.Query), entries);
        if (error is null && !pubSub.Scopes.CanPublish(topic.Topic))
            error = PubSubErrors.Forbidden(topic, appId);
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }
        var fault = faults.Next(FaultTarget.Publish, topic.ToString());
        var failure = PubSubErrors.Publish(topic);
        if (await fault.StopsBeforeAsync(context, failure))
            return;
        var failed = new List<string>();
        foreach (var entry in entries)
        {
            if (!await broker.PublishAsync(topic, entry.Message))
                failed.Add(entry.Id);
        }
        if (await fault.StopsAfterAsync(context, failure))
            return;
        if (failed.Count == 0)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await (PubSubErrors.Publish(topic, "the broker cannot be reached") with { FailedEntries = failed.Where(id => id.Length > 0).ToList() }).WriteAsync(context);
    }

    async Task<DaprError?> ReadOneAsync(HttpContext context, EventContext about, List<Entry> entries)
    {
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body.IsTooLarge)
            return PubSubErrors.Publish(about.Topic, "stream too large");
        var error = TryMake(body.Bytes, context.Request.ContentType, about, out var message);
        entries.Add(new Entry("", message));
        return error;
    }

    async Task<DaprError?> ReadBulkAsync(HttpContext context, EventContext about, List<Entry> entries)
    {
        BulkEntry[]? bulk;
        using (var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted))
        {
            if (body.IsTooLarge)
                return PubSubErrors.Unmarshal(about.Topic, "stream too large");
            try
            {
                bulk = JsonSerializer.Deserialize<BulkEntry[]>(body.Bytes, Json);
            }
            catch (JsonException e)
            {
                return PubSubErrors.Unmarshal(about.Topic, e.Message);
            }
        }
        var ids = new HashSet<string>();
        foreach (var entry in bulk ?? [])
        {
            if (string.IsNullOrEmpty(entry.EntryId) || !ids.Add(entry.EntryId))
                return PubSubErrors.Marshal(about.Topic, "entryId is duplicated or not present for entry");
            if (entry.TryGetBytes(out var bytes) is { } mismatch)
                return PubSubErrors.Marshal(about.Topic, mismatch);
            if (TryMake(bytes, entry.ContentType, about with { Metadata = about.Metadata.With(entry.Metadata) }, out var message) is { } error)
                return error;
            entries.Add(new Entry(entry.EntryId, message));
        }
        return null;
    }

    /// <summary>Makes the message that subscribers get.</summary>
    DaprError? TryMake(ReadOnlySpan<byte> body, string? contentType, EventContext about, out BrokerMessage message)
    {
        message = new BrokerMessage();
        switch (about.Metadata.IsRaw)
        {
            case null:
                return PubSubErrors.Metadata(about.Topic);
            case true:
                message = new BrokerMessage
                {
                    Body = body.ToArray(),
                    IsRaw = true,
                    TraceParent = about.TraceParent,
                    Metadata = about.Metadata.Values,
                };
                return null;
        }
        try
        {
            message = ContentType.IsCloudEvent(contentType) ? CloudEvent.Adopt(body, about) : CloudEvent.Wrap(body, contentType, appId, about);
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair.
            return PubSubErrors.Envelope(about.Topic);
        }
    }

    EventContext NewContext(HttpRequest request, TopicName topic, string query) => new(
        topic,
        PublishMetadata.Parse(query),
        time.GetUtcNow(),
        request.Headers.TraceParent is [{ Length: > 0 } trace, ..] ? trace : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01",
        request.Headers.TraceState.ToString());

    readonly record struct Entry(string Id, BrokerMessage Message);
}
