using System.Globalization;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>What an app's actors keep, in the one store that says it is for them. Keys have the actor's name before them, whatever <c>keyPrefix</c> says.</summary>
/// <param name="appId">The app.</param>
/// <param name="store">The store.</param>
/// <param name="manglesNumbers">Whether values are decoded and encoded again.</param>
internal sealed class ActorState(string appId, StateStore store, bool manglesNumbers)
{
    /// <summary>Answers <c>GET …/state/{key}</c>.</summary>
    public async Task GetAsync(HttpContext context, ActorName actor, string key)
    {
        StoredValue? value;
        try
        {
            value = store.Get(StoreOf(actor).Prefix + key);
        }
        catch (SqliteException e)
        {
            await new DaprError(StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_GET", $"error getting actor state: {e.Message}").WriteAsync(context);
            return;
        }
        if (value is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = value.Json.Length;
        if (store.Behaviour.ReportsExpiry && value.ExpiresAt is { } expiry)
            context.Response.Headers["metadata.ttlExpireTime"] = expiry.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(value.Json);
    }

    /// <summary>Answers <c>POST …/state</c>, a transaction.</summary>
    /// <param name="context">The request.</param>
    /// <param name="actor">Whose state it is.</param>
    /// <param name="isActive">Whether it was called here: only then may it write.</param>
    public async Task TransactAsync(HttpContext context, ActorName actor, bool isActive)
    {
        DaprError? error;
        List<StateOperation> operations;
        using (var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted))
            error = StateRequests.ParseActorTransaction(body, StoreOf(actor), out operations);
        if (error is null && !isActive)
            error = new DaprError(StatusCodes.Status400BadRequest, "ERR_ACTOR_INSTANCE_MISSING", "actor instance is missing");
        if (error is null && operations.Count > 0 && await store.TransactAsync(operations) is { IsDone: false } outcome)
        {
            error = new DaprError(
                StatusCodes.Status500InternalServerError, "ERR_ACTOR_STATE_TRANSACTION_SAVE", $"error saving actor transaction state: {outcome.Message}");
        }
        if (error is not null)
            await error.WriteAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    BoundStore StoreOf(ActorName actor) =>
        new(store, string.Join(KeyPrefix.Separator, appId, actor.Type, actor.Id, ""), manglesNumbers);
}
