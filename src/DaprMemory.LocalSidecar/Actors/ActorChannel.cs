using System.Net;
using System.Text.Json;
using DaprMemory.LocalSidecar.Invocation;
using DaprMemory.LocalSidecar.PubSub;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>What a sidecar asks of the actors in its app.</summary>
internal sealed class ActorChannel(HttpMessageInvoker client, string? appApiToken)
{
    const string CancelHeader = "X-DaprReminderCancel";

    /// <summary>Calls a method; the app's answer, whatever it is.</summary>
    /// <exception cref="HttpRequestException">The app can't be reached.</exception>
    public async Task<HttpResponseMessage> InvokeAsync(
        Uri app, ActorName actor, string method, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Put, app, actor, "/method/" + Uri.EscapeDataString(method));
        request.Content = new ReadOnlyMemoryContent(body);
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await client.SendAsync(request, cancellationToken);
    }

    /// <summary>Brings a reminder.</summary>
    public async Task<FiringOutcome> RemindAsync(Uri app, Reminder reminder, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Put, app, reminder.Actor, "/method/remind/" + Uri.EscapeDataString(reminder.Name));
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            if (reminder.Data is { } data)
            {
                json.WritePropertyName("data");
                data.WriteTo(json);
            }
            // As daprd's scheduler has them.
            json.WriteString("dueTime", "");
            json.WriteString("period", "");
            json.WriteEndObject();
        }
        request.Content = new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new("application/json") } };
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return response.StatusCode != HttpStatusCode.OK ? FiringOutcome.Failed
                : response.Headers.TryGetValues(CancelHeader, out var values) && values.Contains("true") ? FiringOutcome.Cancelled
                : FiringOutcome.Done;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return FiringOutcome.Failed;
        }
    }

    /// <summary>Tells the app that an actor is not needed any more. What it answers changes nothing.</summary>
    public async Task DeactivateAsync(Uri app, ActorName actor, CancellationToken cancellationToken)
    {
        using var request = New(HttpMethod.Delete, app, actor, "");
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // An app that has gone has no actors.
        }
    }

    HttpRequestMessage New(HttpMethod method, Uri app, ActorName actor, string path)
    {
        var target = AppChannel.At(app, $"/actors/{Uri.EscapeDataString(actor.Type)}/{Uri.EscapeDataString(actor.Id)}{path}");
        var request = new HttpRequestMessage(method, target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (appApiToken is { Length: > 0 })
            request.Headers.TryAddWithoutValidation(InvocationHeaders.ApiToken, appApiToken);
        return request;
    }
}
