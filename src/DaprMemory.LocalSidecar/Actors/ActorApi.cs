using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>
/// Dapr's actor API of one app: calls of any actor, and the reminders and the state of those that the app hosts. Where the actors live with another sidecar, it
/// gets the request.
/// </summary>
internal sealed class ActorApi(AppActors? actors, ActorState? state, HttpMessageInvoker client, LocalSidecarOptions options)
{
    const string ForwardedHeader = "local-actor-forwarded";

    // How long a call waits for actors that are between two sidecars.
    const int Tries = 50;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    static DaprError NoRuntime { get; } = new(
        StatusCodes.Status500InternalServerError, "ERR_ACTOR_RUNTIME_NOT_FOUND", "the state store is not configured to use the actor runtime");

    /// <summary>Answers a request under <c>/v1.0/actors</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target)
    {
        var method = context.Request.Method;
        var isStateRead = target.Count == 6 && target.Is(4, "state") && HttpMethods.IsGet(method);
        var isStateWrite = target.Count == 5 && target.Is(4, "state") && (HttpMethods.IsPut(method) || HttpMethods.IsPost(method));
        if (isStateRead || isStateWrite)
            return actors is null || state is null ? NoRuntime.WriteAsync(context) : AnswerStateAsync(actors, state, context, target);
        if (target.Count != 6)
            return null;
        var isCall = target.Is(4, "method") && !HttpMethods.IsPatch(method);
        var isReminder = target.Is(4, "reminders")
            && (HttpMethods.IsGet(method) || HttpMethods.IsPut(method) || HttpMethods.IsPost(method) || HttpMethods.IsDelete(method));
        return !isCall && !isReminder ? null : actors is null ? NoRuntime.WriteAsync(context) : AnswerAsync(actors, context, target, isCall);
    }

    static Task AnswerStateAsync(AppActors own, ActorState state, HttpContext context, RequestTarget target)
    {
        var actor = new ActorName(target.Parameter(2), target.Parameter(3));
        return target.Count == 6
            ? state.GetAsync(context, actor, target.Parameter(5))
            : state.TransactAsync(context, actor, own.Find(actor.Type)?.IsActive(actor) ?? false);
    }

    async Task AnswerAsync(AppActors own, HttpContext context, RequestTarget target, bool isCall)
    {
        var actor = new ActorName(target.Parameter(2), target.Parameter(3));
        if (!isCall && !own.Names(actor.Type))
        {
            await new DaprError(
                StatusCodes.Status403Forbidden, "ERR_ACTOR_REMINDER_NON_HOSTED", $"operations on actor reminders are only possible on hosted actor types: {actor.Type}").WriteAsync(context);
            return;
        }
        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body.IsTooLarge)
        {
            await DaprError.Malformed("stream too large").WriteAsync(context);
            return;
        }
        try
        {
            for (var tries = 1; ; tries++)
            {
                if (own.Find(actor.Type) is { } here)
                {
                    if (await TryAnswerHereAsync(context, here, actor, target.Parameter(5), body, isCall))
                        return;
                }
                else if (context.Request.Headers.ContainsKey(ForwardedHeader))
                {
                    context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                    return;
                }
                else if (ActorPlace.Find(options.DataPath, actor.Type) is { } there)
                {
                    if (await TryForwardAsync(context, there, target, body))
                        return;
                }
                else if (!own.Names(actor.Type))
                    break;
                if (tries == Tries)
                    break;
                await Task.Delay(Pause, options.Time, context.RequestAborted);
            }
            await NotInvoked("failed to lookup actor: did not find address for actor").WriteAsync(context);
        }
        catch (HttpRequestException e)
        {
            await NotInvoked(e.Message).WriteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer, or the actors had to go.
            context.Abort();
        }
    }

    /// <summary>Answers from the actors here; <c>false</c>: they are moving away.</summary>
    async Task<bool> TryAnswerHereAsync(HttpContext context, HostedActors here, ActorName actor, string name, RequestBody body, bool isCall)
    {
        if (!isCall)
        {
            await AnswerReminderAsync(context, here.Reminders, actor, name, body);
            return true;
        }
        using var answer = await here.InvokeAsync(actor, name, body.Memory, context.Request.ContentType, context.RequestAborted);
        if (answer is null)
            return false;
        if (answer.StatusCode == HttpStatusCode.OK)
            await CopyAsync(answer, context);
        else
            await NotInvoked($"error from actor service: ({(int)answer.StatusCode}) {await answer.Content.ReadAsStringAsync(context.RequestAborted)}").WriteAsync(context);
        return true;
    }

    async Task AnswerReminderAsync(HttpContext context, ReminderClock reminders, ActorName actor, string name, RequestBody body)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await WriteReminderAsync(context, reminders.Find(actor, name));
            return;
        }
        DaprError? error;
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            error = await reminders.RemoveAsync(actor, name) is { } failure
                ? new DaprError(StatusCodes.Status500InternalServerError, "ERR_ACTOR_REMINDER_DELETE", "error deleting actor reminder: " + failure)
                : null;
        }
        else
        {
            error = ActorRequests.ParseReminder(body, actor, name, options.Time.GetUtcNow(), out var reminder);
            if (reminder is not null && await reminders.SetAsync(reminder) is { } failure)
                error = ActorRequests.NotCreated(failure);
        }
        if (error is not null)
            await error.WriteAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static async Task WriteReminderAsync(HttpContext context, Reminder? reminder)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        if (reminder is not null)
        {
            if (reminder.Period > TimeSpan.Zero)
                json.WriteString("period", ActorTime.ToSchedule(reminder.Period));
            if (reminder.Data is { } data)
            {
                json.WritePropertyName("data");
                data.WriteTo(json);
            }
            json.WriteString("actorID", reminder.Actor.Id);
            json.WriteString("actorType", reminder.Actor.Type);
            if (reminder.DueTime.Length > 0)
                json.WriteString("dueTime", reminder.DueTime);
        }
        json.WriteEndObject();
    }

    /// <summary>Hands the request to another sidecar; <c>false</c>: it has not got it, or has not got the actors any more.</summary>
    async Task<bool> TryForwardAsync(HttpContext context, Uri there, RequestTarget target, RequestBody body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(there, target.Path + target.Query))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body.Memory),
        };
        if (context.Request.ContentType is { } contentType)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.TryAddWithoutValidation(ForwardedHeader, "true");
        if (options.ApiToken is { Length: > 0 } token)
            request.Headers.TryAddWithoutValidation(InvocationHeaders.ApiToken, token);
        try
        {
            using var answer = await client.SendAsync(request, context.RequestAborted);
            if (answer.StatusCode == HttpStatusCode.MisdirectedRequest)
                return false;
            context.Response.StatusCode = (int)answer.StatusCode;
            await CopyAsync(answer, context);
            return true;
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return false;
        }
    }

    static async Task CopyAsync(HttpResponseMessage answer, HttpContext context)
    {
        InvocationHeaders.Copy(answer, context.Response);
        if (answer.StatusCode != HttpStatusCode.NoContent)
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    static DaprError NotInvoked(string why) =>
        new(StatusCodes.Status500InternalServerError, "ERR_ACTOR_INVOKE_METHOD", $"error invoke actor method: {why}");
}
