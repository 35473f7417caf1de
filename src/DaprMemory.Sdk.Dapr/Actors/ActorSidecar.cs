using System.Text.Json;
using Dapr.Actors.Runtime;
using Dapr.Client;

namespace Dapr.Actors;

/// <summary>The sidecar's actor API.</summary>
internal sealed class ActorSidecar(SidecarConnection sidecar) : IDisposable
{
    public Task InvokeAsync(string actorType, ActorId actor, string method, CancellationToken cancellationToken) =>
        PutAsync(actorType, actor, "method", method, content: null, cancellationToken);

    public Task RegisterReminderAsync(string actorType, ActorId actor, ActorReminder reminder, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("dueTime"u8, ActorDuration.ToWire(reminder.DueTime));
            json.WriteString("period"u8, ActorDuration.ToWire(reminder.Period));
            json.WriteBase64String("data"u8, reminder.State);
            json.WriteEndObject();
        }
        var content = new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new("application/json") } };
        return PutAsync(actorType, actor, "reminders", reminder.Name, content, cancellationToken);
    }

    public void Dispose() => sidecar.Dispose();

    async Task PutAsync(string actorType, ActorId actor, string kind, string name, HttpContent? content, CancellationToken cancellationToken)
    {
        var path = $"/v1.0/actors/{Uri.EscapeDataString(actorType)}/{Uri.EscapeDataString(actor.GetId())}/{kind}/{Uri.EscapeDataString(name)}";
        using var request = new HttpRequestMessage(HttpMethod.Put, sidecar.Root + path) { Content = content };
        using var answer = await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess("Actor");
    }
}
