using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>Access to the shared memory of one tenant. Thread-safe; one instance serves a whole process.</summary>
public sealed class MemoryClient : IDisposable
{
    readonly RequestSender _sender;
    readonly HttpClient? _owned;
    readonly string _tenant;
    readonly SeenVersions _seen;
    readonly ConcurrentDictionary<string, MemorySpace> _spaces = new(StringComparer.Ordinal);

    /// <summary>A client with connections of its own.</summary>
    /// <param name="address">The router's address, such as <c>http://localhost:8080</c>.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option breaks a rule.</exception>
    public MemoryClient(Uri address, MemoryClientOptions? options = null)
        : this(NewHttpClient(address, options?.Authorities), options) => _owned = _sender.Http;

    /// <summary>A client over the caller's <see cref="HttpClient"/>, whose <see cref="HttpClient.BaseAddress"/> is the router's address.</summary>
    /// <param name="http">Stays the caller's to dispose.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option breaks a rule, or there is no base address.</exception>
    public MemoryClient(HttpClient http, MemoryClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
            throw new ArgumentException("the HttpClient has no BaseAddress", nameof(http));
        options ??= new MemoryClientOptions();
        options.Validate();
        _tenant = options.Tenant;
        _seen = new SeenVersions(_tenant);
        _sender = new RequestSender(http, options);
    }

    /// <summary>How many appends were let go; see <see cref="MemoryClientOptions.SwallowsAppends"/>. All clients of a process count into <c>memory_client_swallowed_appends</c>, too.</summary>
    public long SwallowedAppends => _sender.Swallowed.Count;

    /// <summary>Gives a space. Nothing is sent; a space exists as soon as something is written to it.</summary>
    /// <param name="name">The space, or <c>name@branch</c>.</param>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    public MemorySpace Space(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _spaces.TryGetValue(name, out var space) ? space
            : Names.CheckSpace(name) is { } rule ? throw new ArgumentException(rule, nameof(name))
            : _spaces.GetOrAdd(name, static (name, client) => new MemorySpace(client._sender, client._seen, client._tenant, name), this);
    }

    /// <summary>Reads the public keys that commits verify with, as a JSON Web Key Set.</summary>
    /// <returns>Its JSON text.</returns>
    public async Task<ReadOnlyMemory<byte>> GetAuditKeysAsync(CancellationToken cancellationToken = default) =>
        (await ReadAsync("keys", cancellationToken).ConfigureAwait(false)).Body;

    /// <summary>Reads the log of what was read in the tenant, in order, up to its present end. It is empty unless the tenant's policy has reads written down.</summary>
    /// <param name="after">The number after which to begin; 0 for the whole log.</param>
    /// <param name="pageSize">How many commits one request fetches, 1 to 256.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<MemoryCommit> ReadCommitsAsync(
        long after = 0, int pageSize = 256, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (long? next = after; next is not null;)
        {
            var reply = await ReadAsync("reads" + new Query().Add("after", next).Add("limit", pageSize), cancellationToken).ConfigureAwait(false);
            var page = reply.Read(WireJsonContext.Default.CommitsBody);
            foreach (var item in page.Items)
                yield return MemoryCommit.Read(item);
            next = page.Next;
        }
    }

    /// <summary>
    /// Finds memories in several spaces. Those that gave no answer in time, or refused, stand in <see cref="SpacesSearchResult.Incomplete"/>; if
    /// none gave one, that is a <see cref="MemoryException"/>.
    /// </summary>
    /// <param name="query">A question, or words.</param>
    /// <param name="spaces">1 to 64 spaces, each once.</param>
    /// <param name="options">How; null for the service's defaults.</param>
    /// <param name="timeout">How long the spaces have to answer, 10 ms to 20 s; null leaves it to the service (5 s).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">There is no space, or a name breaks a rule.</exception>
    /// <exception cref="MemoryException">The search was refused or not answered.</exception>
    public async Task<SpacesSearchResult> SearchAsync(
        string query, IReadOnlyList<string> spaces, SearchOptions? options = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(spaces);
        if (spaces.Count == 0)
            throw new ArgumentException("there is no space to search", nameof(spaces));
        var first = spaces.Select(Space).ToArray()[0];
        var body = (options ?? new SearchOptions()) with { Query = query, Spaces = spaces, TimeoutMs = timeout is { } time ? (int)time.TotalMilliseconds : null };
        var request = first.ReadRequest($"v1/{_tenant}/search", body.Consistency, body.Agent) with
        {
            Method = HttpMethod.Post,
            Body = SpaceMemories.Serialize(body),
            // For a causal read everything that was seen matters.
            Token = body.Consistency == ConsistencyLevel.Causal
                ? string.Join(',', new[] { _seen.TokenOfAll(first.Name), _seen.TokenOf(spaces.Skip(1)) }.OfType<string>()) is { Length: > 0 } all ? all : null
                : _seen.TokenOf(spaces),
        };
        var reply = await _sender.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.Token is { } token)
            _seen.Learn(first.Name, 0, token);
        return reply.IsSuccess ? SpaceMemories.ReadFound(reply) : throw reply.ToException();
    }

    /// <inheritdoc />
    public void Dispose() => _owned?.Dispose();

    async Task<MemoryReply> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await _sender.SendAsync(new MemoryRequest(HttpMethod.Get, $"v1/{_tenant}/audit/{path}") { Agent = _sender.Agent }, cancellationToken).ConfigureAwait(false);
        return reply.IsSuccess ? reply : throw reply.ToException();
    }

    static HttpClient NewHttpClient(Uri address, X509Certificate2Collection? authorities)
    {
        ArgumentNullException.ThrowIfNull(address);
        var handler = new SocketsHttpHandler
        {
            // Routers come and go behind one name: connections are renewed so that new ones get their share.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = !address.IsLoopback,
        };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        // Attempts have their own time limit, see MemoryClientOptions.AttemptTimeout.
        return new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }
}
