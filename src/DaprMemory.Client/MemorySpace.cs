using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>
/// One memory. Its client remembers what the service said it has seen and passes that back, so that its reads see its writes whichever shard
/// answers, and its causal reads see what its reads of other spaces depended on. Every call throws <see cref="MemoryException"/> when it is refused or not answered; keys that break a rule are an <see cref="ArgumentException"/>.
/// </summary>
public sealed class MemorySpace
{
    const string Causal = "causal";

    readonly RequestSender _sender;
    readonly string _root;
    readonly SeenVersions _seen;

    internal MemorySpace(RequestSender sender, SeenVersions seen, string tenant, string name)
    {
        _sender = sender;
        _seen = seen;
        _root = $"v1/{tenant}/{name}/";
        Name = name;
        Memories = new SpaceMemories(this);
    }

    /// <summary>The space, or <c>name@branch</c>.</summary>
    public string Name { get; }

    /// <summary>Its long-term memories.</summary>
    public SpaceMemories Memories { get; }

    /// <summary>Reads one record; null if there is none.</summary>
    public async Task<MemoryRecord?> GetAsync(string key, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ReadOptions();
        var query = new Query().Add("at", options.At);
        var reply = await ReadAsync(StatePath(key) + query, options.Consistency, options.Agent, cancellationToken).ConfigureAwait(false);
        return reply.IsNotFound ? null
            : reply.Status == HttpStatusCode.OK ? new MemoryRecord(key, reply.ETag, reply.Body, reply.Version ?? reply.ETag.Commit, reply.Source)
            : throw reply.ToException();
    }

    /// <summary>Sets the value of a record.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">One JSON value, UTF-8; read back byte for byte.</param>
    /// <param name="options">Preconditions, expiry, tags.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    /// <returns><see cref="WriteResult.Written"/> or <see cref="WriteResult.PreconditionFailed"/>.</returns>
    public Task<WriteResult> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, key, value, options, cancellationToken);

    /// <summary>Sets the value of a record to an object.</summary>
    /// <returns><see cref="WriteResult.Written"/> or <see cref="WriteResult.PreconditionFailed"/>.</returns>
    public Task<WriteResult> PutAsync<T>(string key, T value, JsonTypeInfo<T> type, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        PutAsync(key, JsonSerializer.SerializeToUtf8Bytes(value, type), options, cancellationToken);

    /// <summary>Applies a JSON merge patch (RFC 7396) to a record that exists.</summary>
    public Task<WriteResult> PatchAsync(string key, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Patch, key, patch, options, cancellationToken);

    /// <summary>Deletes a record.</summary>
    public Task<WriteResult> DeleteAsync(string key, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Delete, key, null, options, cancellationToken);

    /// <summary>Lists records in ordinal order of their keys, page after page as they are consumed.</summary>
    public async IAsyncEnumerable<RecordEntry> ListAsync(ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new ListOptions();
        for (var after = options.After; ;)
        {
            var page = await ListPageAsync(options with { After = after }, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
                yield return new RecordEntry(item.Key, ParseETag(item.Etag), item.Tags ?? [], item.ExpiresAt);
            if (page.Next is null)
                yield break;
            after = page.Next;
        }
    }

    /// <summary>Gives a session. Nothing is sent; a session exists as soon as a turn is appended to it.</summary>
    /// <param name="id">Its name: 1 to 128 of <c>A-Z a-z 0-9 . _ ~ -</c>, not <c>.</c> or <c>..</c>.</param>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    public MemorySession Session(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Names.CheckSession(id) is { } rule ? throw new ArgumentException(rule, nameof(id)) : new MemorySession(this, id);
    }

    /// <summary>Lists sessions in ordinal order of their names, page after page as they are consumed.</summary>
    /// <param name="after">Only names that sort behind this one.</param>
    /// <param name="pageSize">How many sessions one request fetches, 1 to 1000.</param>
    /// <param name="consistency">What the read is promised; null leaves it to the service (session).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<SessionEntry> SessionsAsync(
        string? after = null, int pageSize = 1000, ConsistencyLevel? consistency = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            var query = new Query().Add("after", after).Add("limit", pageSize);
            var reply = await ReadAsync(_root + "sessions" + query, consistency, null, cancellationToken).ConfigureAwait(false);
            if (!reply.IsSuccess)
                throw reply.ToException();
            var page = reply.Read(WireJsonContext.Default.SessionsBody);
            foreach (var item in page.Items)
                yield return new SessionEntry(item.Session, item.ExpiresAt);
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Whether an append that failed so is let go; then it is counted.</summary>
    internal bool Swallows(MemoryException failure)
    {
        if (!_sender.SwallowsAppends || !failure.IsUnavailable)
            return false;
        _sender.Swallowed.Add();
        return true;
    }

    /// <summary>The number of the newest commit, checked against the log; 0 for a space that was never written.</summary>
    public async Task<long> GetVersionAsync(CancellationToken cancellationToken = default)
    {
        var page = await ListPageAsync(new ListOptions { PageSize = 1, Consistency = ConsistencyLevel.Strong }, cancellationToken).ConfigureAwait(false);
        return page.Version;
    }

    /// <summary>Makes several changes, all or none of them.</summary>
    /// <param name="changes">1 to 1000, each key once.</param>
    /// <param name="options">Agent and idempotency key; preconditions, expiry and tags stand in the changes.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    public async Task<TransactionResult> TransactAsync(
        IReadOnlyList<TransactionChange> changes, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        options ??= new WriteOptions();
        if (options is { IfMatch: not null } or { IfAbsent: true } or { TimeToLive: not null } or { Tags: not null })
            throw new ArgumentException("in a transaction, preconditions, expiry and tags belong to each change", nameof(options));
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("changes");
            foreach (var change in changes)
                change.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        var request = WriteRequest(HttpMethod.Post, _root + "transactions", options) with { Body = buffer.WrittenMemory };
        var reply = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsNotFound)
            return new TransactionResult.NotFound(reply.Problem!.Key);
        if (reply.IsPreconditionFailed)
            return new TransactionResult.PreconditionFailed(
                reply.Problem!.Index ?? throw reply.Malformed("without an index"), reply.Problem.Key ?? "", ParseOptionalETag(reply.Problem.Etag));
        if (!reply.IsSuccess)
            throw reply.ToException();
        var body = reply.Read(WireJsonContext.Default.TransactionBody);
        return new TransactionResult.Committed(body.Version, [.. body.Changes.Select(c => ParseOptionalETag(c.Etag))]);
    }

    /// <summary>Reads the log in order, page after page as it is consumed, up to its present end.</summary>
    /// <param name="after">The number after which to begin; 0 for the whole log.</param>
    /// <param name="pageSize">How many commits one request fetches, 1 to 256.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<MemoryCommit> CommitsAsync(
        long after = 0, int pageSize = 256, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (long? next = after; next is not null;)
        {
            var query = new Query().Add("after", next).Add("limit", pageSize);
            var reply = await ReadAsync(_root + "commits" + query, null, null, cancellationToken).ConfigureAwait(false);
            if (!reply.IsSuccess)
                throw reply.ToException();
            var page = reply.Read(WireJsonContext.Default.CommitsBody);
            foreach (var item in page.Items)
                yield return MemoryCommit.Read(item);
            next = page.Next;
        }
    }

    async Task<ListBody> ListPageAsync(ListOptions options, CancellationToken cancellationToken)
    {
        var query = new Query().Add("prefix", options.Prefix is "" ? null : options.Prefix).Add("after", options.After)
            .Add("limit", options.PageSize).Add("at", options.At);
        var reply = await ReadAsync(_root + "state" + query, options.Consistency, options.Agent, cancellationToken).ConfigureAwait(false);
        return reply.IsSuccess ? reply.Read(WireJsonContext.Default.ListBody) : throw reply.ToException();
    }

    internal string PathOf(string path) => _root + path;

    internal Task<MemoryReply> ReadAsync(string path, ConsistencyLevel? consistency, string? agent, CancellationToken cancellationToken) =>
        SendAsync(ReadRequest(path, consistency, agent), cancellationToken);

    internal MemoryRequest ReadRequest(string path, ConsistencyLevel? consistency, string? agent) => new(HttpMethod.Get, path)
    {
        Agent = CheckedAgent(agent),
        Consistency = consistency switch
        {
            null => null,
            ConsistencyLevel.Eventual => "eventual",
            ConsistencyLevel.Session => "session",
            ConsistencyLevel.Causal => Causal,
            _ => "strong",
        },
    };

    async Task<WriteResult> WriteAsync(
        HttpMethod method, string key, ReadOnlyMemory<byte>? body, WriteOptions? options, CancellationToken cancellationToken)
    {
        options ??= new WriteOptions();
        if (options.Tags?.FirstOrDefault(t => t.Contains(',', StringComparison.Ordinal)) is { } tag)
            throw new ArgumentException($"a tag has no comma: {tag}", nameof(options));
        var query = new Query().Add("ttl", (long?)options.TimeToLive?.TotalSeconds)
            .Add("tags", options.Tags is null ? null : string.Join(',', options.Tags));
        var request = WriteRequest(method, StatePath(key) + query, options) with { Body = body };
        var reply = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return ToResult(reply, key);
    }

    internal static WriteResult ToResult(MemoryReply reply, string key) =>
        reply.IsSuccess ? new WriteResult.Written(reply.ETag, reply.Status == HttpStatusCode.Created)
        : reply.IsPreconditionFailed ? new WriteResult.PreconditionFailed(key, ParseOptionalETag(reply.Problem!.Etag))
        : reply.IsNotFound ? new WriteResult.NotFound(reply.Problem!.Key ?? key)
        : throw reply.ToException();

    internal MemoryRequest WriteRequest(HttpMethod method, string path, WriteOptions options) => new(method, path)
    {
        Agent = CheckedAgent(options.Agent),
        IdempotencyKey = options.IdempotencyKey ?? Guid.NewGuid().ToString("N"),
        IfMatch = options.IfMatch?.ToHeader(),
        IfNoneMatch = options.IfAbsent ? "*" : null,
    };

    internal async Task<MemoryReply> SendAsync(MemoryRequest request, CancellationToken cancellationToken)
    {
        // What a write depends on, in any space, stands in the log for its readers.
        var isAboutAll = request.IdempotencyKey is not null || request.Consistency == Causal;
        var token = isAboutAll ? _seen.TokenOfAll(Name) : _seen.TokenOf(Name);
        var reply = await _sender.SendAsync(request with { Token = token }, cancellationToken).ConfigureAwait(false);
        if (reply.Token is { } next)
            _seen.Learn(Name, reply.Version ?? 0, next);
        return reply;
    }

    string StatePath(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // Checked here, because a URI with a '..' segment would name another record before the service could refuse it.
        return Names.CheckKey(key) is { } rule ? throw new ArgumentException(rule, nameof(key)) : $"{_root}state/{key}";
    }

    string? CheckedAgent(string? agent) =>
        agent is null ? _sender.Agent
        : Names.CheckAgent(agent) is { } rule ? throw new ArgumentException(rule, nameof(agent))
        : agent;

    internal static ETag ParseETag(string text) =>
        ETag.TryParse(text, out var etag) ? etag : throw new MemoryException($"the service gave the ETag {text}, which has no known form");

    internal static ETag? ParseOptionalETag(string? text) => text is null ? null : ParseETag(text);
}
