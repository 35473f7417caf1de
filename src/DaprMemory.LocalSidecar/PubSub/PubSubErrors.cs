using System.Text.Json.Nodes;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>daprd's errors of the publish API.</summary>
internal static class PubSubErrors
{
    const string NotSerializable = "ERR_PUBSUB_EVENTS_SER";

    public static DaprError NotConfigured(string appId) =>
        new(StatusCodes.Status400BadRequest, "ERR_PUBSUB_NOT_CONFIGURED", "pubsub is not configured")
        {
            Details = [DaprError.ErrorInfo("DAPR_PUBSUB_NOT_CONFIGURED", new JsonObject { ["appID"] = appId })],
        };

    public static DaprError NotFound(string pubSub) =>
        new(StatusCodes.Status404NotFound, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubSub} is not found")
        {
            Details = [DaprError.ErrorInfo("DAPR_PUBSUB_NOT_FOUND", [])],
        };

    public static DaprError Metadata(TopicName topic) => Rich(
        StatusCodes.Status400BadRequest, "ERR_PUBSUB_REQUEST_METADATA", "METADATA_DESERIALIZATION", topic,
        "failed deserializing metadata. Error: rawPayload is not a boolean");

    public static DaprError Envelope(TopicName topic) => Rich(
        StatusCodes.Status500InternalServerError, "ERR_PUBSUB_CLOUD_EVENTS_SER", "CLOUD_EVENT_CREATION", topic, "cannot create cloudevent");

    public static DaprError Forbidden(TopicName topic, string appId) => Rich(
        StatusCodes.Status403Forbidden, "ERR_PUBSUB_FORBIDDEN", "FORBIDDEN", topic, $"topic {topic.Topic} is not allowed for app id {appId}");

    /// <summary>A failed publish, without a reason and details yet.</summary>
    public static DaprError Publish(TopicName topic) => new(
        StatusCodes.Status500InternalServerError, "ERR_PUBSUB_PUBLISH_MESSAGE", $"error when publishing to topic {topic.Topic} in pubsub {topic.PubSub}: ");

    public static DaprError Publish(TopicName topic, string error)
    {
        var plain = Publish(topic);
        return Rich(plain.Status, plain.Code, "PUBLISH_MESSAGE", topic, plain.Message + error);
    }

    public static DaprError Unmarshal(TopicName topic, string error) => Rich(
        StatusCodes.Status400BadRequest, NotSerializable, "UNMARSHAL_EVENTS", topic,
        $"error when unmarshaling the request for topic {topic.Topic} pubsub {topic.PubSub}: {error}");

    public static DaprError Marshal(TopicName topic, string error) => Rich(
        StatusCodes.Status400BadRequest, NotSerializable, "MARSHAL_EVENTS", topic,
        $"error marshaling events to bytes for topic {topic.Topic} pubsub {topic.PubSub}. error: {error}");

    static DaprError Rich(int status, string code, string reason, TopicName topic, string message) => new(status, code, message)
    {
        Details =
        [
            DaprError.ResourceInfo(topic.PubSub, "pubsub", message),
            DaprError.ErrorInfo("DAPR_PUBSUB_" + reason, new JsonObject { ["topic"] = topic.Topic }),
        ],
    };
}
