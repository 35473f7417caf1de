using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Memories;

namespace DaprMemory.Client;

/// <summary>
/// The long-term memories of a space. Every call throws <see cref="MemoryException"/> when it is refused or not answered; ids that break a rule
/// are an <see cref="ArgumentException"/>.
/// </summary>
public sealed class SpaceMemories
{
    // Escapes would make texts of other scripts several times as long.
    static readonly MemoryJsonContext Json = new(new JsonSerializerOptions(MemoryJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    readonly MemorySpace _space;
    readonly string _root;

    internal SpaceMemories(MemorySpace space) => (_space, _root) = (space, space.PathOf("memories"));

    /// <summary>Adds a memory, unless it is there already.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="options">Agent and idempotency key; a memory has its expiry and tags itself.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    public async Task<AddResult> AddAsync(NewMemory memory, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var body = JsonSerializer.SerializeToUtf8Bytes(memory, Json.NewMemory);
        var reply = await SendAsync(HttpMethod.Post, "", body, Checked(options, withPrecondition: false), cancellationToken).ConfigureAwait(false);
        if (reply.IsNotFound)
            return new AddResult.NotFound(reply.Problem!.Key ?? "");
        if (reply.IsPreconditionFailed)
            return new AddResult.Taken(reply.Problem!.Key ?? "", MemorySpace.ParseOptionalETag(reply.Problem.Etag));
        if (!reply.IsSuccess)
            throw reply.ToException();
        var added = reply.Read(Json.AddBody);
        return reply.Status == HttpStatusCode.Created
            ? new AddResult.Added(added.Id, reply.ETag, added.Similar ?? [])
            : new AddResult.Known(added.Id, reply.ETag, added.Merged);
    }

    /// <summary>Adds several memories, all or none; those that are there already stay.</summary>
    /// <param name="memories">1 to 256.</param>
    /// <param name="replace">Whether those that are there already are replaced instead.</param>
    /// <param name="options">Agent and idempotency key.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    public async Task<BatchResult> AddAsync(
        IReadOnlyList<NewMemory> memories, bool replace = false, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(memories);
        var items = memories.Select(memory => memory with { Op = replace ? "put" : null }).ToArray();
        var body = JsonSerializer.SerializeToUtf8Bytes(new BatchRequest(items), Json.BatchRequest);
        var reply = await SendAsync(HttpMethod.Post, "/batch", body, Checked(options, withPrecondition: false), cancellationToken).ConfigureAwait(false);
        if (reply.IsNotFound || reply.IsPreconditionFailed)
        {
            var (index, key) = (reply.Problem!.Index ?? throw reply.Malformed("without an index"), reply.Problem.Key ?? "");
            return reply.IsNotFound ? new BatchResult.NotFound(index, key) : new BatchResult.Taken(index, key, MemorySpace.ParseOptionalETag(reply.Problem.Etag));
        }
        return reply.IsSuccess ? reply.Read(Json.Committed) : throw reply.ToException();
    }

    /// <summary>Sets a memory, whatever was there before.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="options">Preconditions, agent and idempotency key; a memory has its expiry and tags itself.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    public Task<WriteResult> PutAsync(string id, NewMemory memory, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return WriteAsync(HttpMethod.Put, id, JsonSerializer.SerializeToUtf8Bytes(memory, Json.NewMemory), options, cancellationToken);
    }

    /// <summary>Deletes a memory.</summary>
    public Task<WriteResult> DeleteAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Delete, id, null, options, cancellationToken);

    /// <summary>Reads a memory; null if there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="asOf">The time at which it must be valid; null for any.</param>
    /// <param name="options">Version, level and agent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<StoredMemory?> GetAsync(string id, DateTimeOffset? asOf = null, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ReadOptions();
        var query = new Query().Add("at", options.At).Add("asOf", TextOf(asOf));
        var reply = await _space.ReadAsync(PathOf(id) + query, options.Consistency, options.Agent, cancellationToken).ConfigureAwait(false);
        return reply.IsNotFound ? null : reply.IsSuccess ? reply.Read(Json.StoredMemory) : throw reply.ToException();
    }

    /// <summary>Lists memories in ordinal order of their ids, page after page as they are consumed.</summary>
    public async IAsyncEnumerable<StoredMemory> ListAsync(MemoryListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new MemoryListOptions();
        for (var after = options.After; ;)
        {
            var query = new Query().Add("after", after).Add("limit", options.PageSize).Add("tag", options.Tag).Add("asOf", TextOf(options.AsOf)).Add("at", options.At);
            var reply = await _space.ReadAsync(_root + query, options.Consistency, options.Agent, cancellationToken).ConfigureAwait(false);
            if (!reply.IsSuccess)
                throw reply.ToException();
            var page = reply.Read(Json.MemoryPage);
            foreach (var item in page.Items)
                yield return item;
            if (page.Next is null)
                yield break;
            after = page.Next;
        }
    }

    /// <summary>Reads the links of a memory, either way; null if there is no such memory.</summary>
    public async Task<MemoryLinks?> GetLinksAsync(string id, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var reply = await _space.ReadAsync(PathOf(id) + "/links", options?.Consistency, options?.Agent, cancellationToken).ConfigureAwait(false);
        return reply.IsNotFound ? null : reply.IsSuccess ? reply.Read(Json.MemoryLinks) : throw reply.ToException();
    }

    /// <summary>Finds memories.</summary>
    /// <param name="query">A question, or words.</param>
    /// <param name="options">How; null for the service's defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SearchResult> SearchAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        options = (options ?? new SearchOptions()) with { Query = query };
        var request = _space.ReadRequest(_root + "/search", options.Consistency, options.Agent) with
        {
            Method = HttpMethod.Post,
            Body = Serialize(options),
        };
        var reply = await _space.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return reply.IsSuccess ? reply.Read(Json.SearchResult) : throw reply.ToException();
    }

    internal static byte[] Serialize(SearchOptions search) => JsonSerializer.SerializeToUtf8Bytes(search, Json.SearchOptions);

    internal static SpacesSearchResult ReadFound(MemoryReply reply) => reply.Read(Json.SpacesSearchResult);

    async Task<WriteResult> WriteAsync(HttpMethod method, string id, ReadOnlyMemory<byte>? body, WriteOptions? options, CancellationToken cancellationToken)
    {
        var path = PathOf(id)[_root.Length..];
        var reply = await SendAsync(method, path, body, Checked(options, withPrecondition: true), cancellationToken).ConfigureAwait(false);
        return MemorySpace.ToResult(reply, id);
    }

    Task<MemoryReply> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, WriteOptions options, CancellationToken cancellationToken) =>
        _space.SendAsync(_space.WriteRequest(method, _root + path, options) with { Body = body }, cancellationToken);

    // Checked here, because a URI with a '..' segment would name something else before the service could refuse it.
    string PathOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return MemoryId.Check(id) is { } rule ? throw new ArgumentException(rule, nameof(id)) : $"{_root}/{id}";
    }

    static WriteOptions Checked(WriteOptions? options, bool withPrecondition) => options switch
    {
        null => new WriteOptions(),
        { TimeToLive: not null } or { Tags: not null } => throw new ArgumentException("a memory has its expiry and tags itself", nameof(options)),
        { IfMatch: not null } or { IfAbsent: true } when !withPrecondition => throw new ArgumentException("memories are added without preconditions", nameof(options)),
        _ => options,
    };

    static string? TextOf(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
