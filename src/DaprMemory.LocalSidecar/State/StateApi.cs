using System.Globalization;
using System.Text.Json;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Storage;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.State;

/// <summary>Dapr's state API of one app.</summary>
internal sealed class StateApi
{
    readonly string _appId;
    readonly FaultInjector _faults;
    readonly Dictionary<string, BoundStore> _stores;

    public StateApi(string appId, ComponentSet components, FaultInjector faults, bool manglesNumbers)
    {
        _appId = appId;
        _faults = faults;
        _stores = components.Stores
            .Where(store => store.Component.IsInScopeOf(appId))
            .ToDictionary(store => store.Component.Name, store => new BoundStore(store, KeyPrefix.For(store.Component, appId), manglesNumbers));
    }

    /// <summary>Answers a request under <c>/v1.0/state</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target)
    {
        var method = context.Request.Method;
        var isPost = HttpMethods.IsPost(method) || HttpMethods.IsPut(method);
        Func<HttpContext, BoundStore, RequestTarget, Task>? handler = target.Count switch
        {
            3 when isPost => SaveAsync,
            4 when isPost && target.Is(3, "bulk") => GetManyAsync,
            4 when isPost && target.Is(3, "transaction") => TransactAsync,
            4 when HttpMethods.IsGet(method) => GetAsync,
            4 when HttpMethods.IsDelete(method) => DeleteAsync,
            _ => null,
        };
        return handler is null ? null : WithStore(context, target, handler);
    }

    /// <summary>Answers a query: no store here supports them.</summary>
    public Task QueryAsync(HttpContext context, RequestTarget target) => WithStore(context, target, (context, store, _) =>
    {
        var (code, reason, message) = store.Store.Behaviour.QueryError(store.Name);
        return DaprError.Query(code, reason, message, store.Name).WriteAsync(context);
    });

    Task WithStore(HttpContext context, RequestTarget target, Func<HttpContext, BoundStore, RequestTarget, Task> handler)
    {
        var name = target.Parameter(2);
        return _stores.TryGetValue(name, out var store) ? handler(context, store, target)
            : (_stores.Count == 0 ? DaprError.NoStores(name, _appId) : DaprError.StoreNotFound(name, _appId)).WriteAsync(context);
    }

    async Task GetAsync(HttpContext context, BoundStore store, RequestTarget target)
    {
        var key = target.Parameter(3);
        if (key.Contains(KeyPrefix.Separator, StringComparison.Ordinal))
        {
            await DaprError.IllegalKey(key, store.Name).WriteAsync(context);
            return;
        }
        var failure = new DaprError(StatusCodes.Status500InternalServerError, "ERR_STATE_GET", $"fail to get {key} from state store {store.Name}: ");
        var storedKey = store.Prefix + key;
        var fault = _faults.Next(FaultTarget.Get, storedKey);
        if (await fault.StopsBeforeAsync(context, failure))
            return;
        StoredValue? value;
        try
        {
            value = store.Store.Get(storedKey);
        }
        catch (SqliteException e)
        {
            await (failure with { Message = failure.Message + e.Message }).WriteAsync(context);
            return;
        }
        if (await fault.StopsAfterAsync(context, failure))
            return;
        var response = context.Response;
        if (value is null)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        response.ContentType = "application/json";
        response.ContentLength = value.Json.Length;
        response.Headers.ETag = value.ETag;
        if (Expiry(store, value) is { } expiry)
            response.Headers["metadata.ttlExpireTime"] = expiry;
        await response.Body.WriteAsync(value.Json);
    }

    async Task GetManyAsync(HttpContext context, BoundStore store, RequestTarget target)
    {
        DaprError? error;
        List<string> keys;
        using (var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted))
            error = StateRequests.ParseBulkGet(body, store, out keys);
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }
        var failure = new DaprError(
            StatusCodes.Status500InternalServerError, "ERR_STATE_BULK_GET", $"failed to get bulk state from state store {store.Name}: ");
        // A SQL store answers in its own order and says each key once.
        keys = [.. keys.Distinct().Order(StringComparer.Ordinal)];
        var storedKeys = keys.ConvertAll(key => store.Prefix + key);
        var fault = _faults.Next(FaultTarget.BulkGet, storedKeys);
        if (await fault.StopsBeforeAsync(context, failure))
            return;
        StoredValue?[] values;
        try
        {
            values = store.Store.GetMany(storedKeys);
        }
        catch (SqliteException e)
        {
            await (failure with { Message = failure.Message + e.Message }).WriteAsync(context);
            return;
        }
        if (await fault.StopsAfterAsync(context, failure))
            return;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                WriteItem(json, store, keys[i], value);
        }
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null)
                WriteItem(json, store, keys[i], value: null);
        }
        json.WriteEndArray();
    }

    async Task SaveAsync(HttpContext context, BoundStore store, RequestTarget target)
    {
        DaprError? error;
        List<StateOperation> operations;
        var ttl = RequestQuery.Parse(target.Query).Ttl;
        using (var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted))
            error = StateRequests.ParseSave(body, store, ttl, out operations);
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }
        var failure = new DaprError(
            StatusCodes.Status500InternalServerError, "ERR_STATE_SAVE", $"failed saving state in state store {store.Name}: ");
        await WriteAsync(context, FaultTarget.Save, operations, failure, operations.Count switch
        {
            0 => () => Task.FromResult(WriteOutcome.Done),
            1 => () => store.Store.WriteAsync(operations[0]),
            _ => async () => Combine(await Task.WhenAll(operations.Select(store.Store.WriteAsync))),
        });
    }

    async Task DeleteAsync(HttpContext context, BoundStore store, RequestTarget target)
    {
        var key = target.Parameter(3);
        if (key.Contains(KeyPrefix.Separator, StringComparison.Ordinal))
        {
            await DaprError.IllegalKey(key, store.Name).WriteAsync(context);
            return;
        }
        var query = RequestQuery.Parse(target.Query);
        var operation = new StateOperation
        {
            Key = store.Prefix + key,
            IsDelete = true,
            ETag = context.Request.Headers.IfMatch,
            Concurrency = query.Concurrency,
            Consistency = query.Consistency,
        };
        var failure = new DaprError(StatusCodes.Status500InternalServerError, "ERR_STATE_DELETE", $"failed deleting state with key {key}: ");
        await WriteAsync(context, FaultTarget.Delete, [operation], failure, () => store.Store.WriteAsync(operation));
    }

    async Task TransactAsync(HttpContext context, BoundStore store, RequestTarget target)
    {
        DaprError? error;
        List<StateOperation> operations;
        var ttl = RequestQuery.Parse(target.Query).Ttl;
        using (var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted))
            error = StateRequests.ParseTransaction(body, store, ttl, out operations);
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }
        var failure = new DaprError(
            StatusCodes.Status500InternalServerError, "ERR_STATE_TRANSACTION", "error while executing state transaction: ");
        await WriteAsync(context, FaultTarget.Transaction, operations, failure, async () =>
        {
            var outcome = operations.Count == 0 ? WriteOutcome.Done : await store.Store.TransactAsync(operations);
            // A lost race in a transaction is told by the text alone: the status is 500 whatever happened.
            return outcome.IsDone ? outcome : WriteOutcome.Failed(outcome.Message);
        });
    }

    async Task WriteAsync(
        HttpContext context, FaultTarget target, IReadOnlyList<StateOperation> operations, DaprError failure, Func<Task<WriteOutcome>> write)
    {
        var fault = _faults.Next(target, operations.Select(operation => operation.Key));
        if (await fault.StopsBeforeAsync(context, failure))
            return;
        var outcome = await write();
        if (await fault.StopsAfterAsync(context, failure))
            return;
        if (outcome.IsDone)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        var status = outcome.Status switch
        {
            WriteStatus.ETagMismatch => StatusCodes.Status409Conflict,
            WriteStatus.ETagInvalid => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status500InternalServerError,
        };
        await (failure with { Status = status, Message = failure.Message + outcome.Message }).WriteAsync(context);
    }

    /// <summary>The answer to several independent saves: a mismatch if nothing worse happened, else an invalid tag, else a failure.</summary>
    static WriteOutcome Combine(WriteOutcome[] outcomes)
    {
        var failed = outcomes.Where(outcome => !outcome.IsDone).ToList();
        return failed.Count == 0
            ? WriteOutcome.Done
            : new WriteOutcome(failed.Max(outcome => outcome.Status), string.Join('\n', failed.Select(outcome => outcome.Message)));
    }

    static void WriteItem(Utf8JsonWriter json, BoundStore store, string key, StoredValue? value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        if (value is not null)
        {
            json.WritePropertyName("data");
            json.WriteRawValue(value.Json, skipInputValidation: true);
            json.WriteString("etag", value.ETag);
            if (Expiry(store, value) is { } expiry)
            {
                json.WriteStartObject("metadata");
                json.WriteString("ttlExpireTime", expiry);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    static string? Expiry(BoundStore store, StoredValue value) =>
        store.Store.Behaviour.ReportsExpiry ? value.ExpiresAt?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : null;
}
