using System.Net;
using System.Text;
using DaprMemory.LocalSidecar.Actors;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Health;
using DaprMemory.LocalSidecar.Invocation;
using DaprMemory.LocalSidecar.PubSub;
using DaprMemory.LocalSidecar.Secrets;
using DaprMemory.LocalSidecar.State;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>
/// The sidecar of one app: Kestrel on a loopback port and the routes by hand. There is no host around it, so that embedding one installs
/// no signal handlers, and nothing between the socket and the store.
/// </summary>
internal sealed class AppSidecar : IHttpApplication<HttpContext>, IAsyncDisposable
{
    // daprd's read buffer of 4 KiB, plus the 4 KiB that Go's server adds.
    const int MaxHeaderBytes = 8 * 1024;

    // daprd's default; a stream that never ends must not hold up the end.
    static readonly TimeSpan GracefulShutdown = TimeSpan.FromSeconds(5);

    readonly KestrelServer _server;
    readonly ApiToken _token;
    readonly StateApi _state;
    readonly Invoker _invoker;
    readonly HealthApi _health;
    readonly MetadataApi _metadata;
    readonly PublishApi _publish;
    readonly SecretsApi _secrets;
    readonly AppSubscriptions? _subscriptions;
    readonly ActorApi _actorApi;
    readonly AppActors? _actors;
    readonly AppFollower? _follower;
    readonly FaultApi? _faultApi;
    readonly AppDirectory _directory;
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _isStopping;

    public AppSidecar(
        SidecarApp app,
        LocalSidecarOptions options,
        ComponentSet components,
        IBroker broker,
        ReminderStore? reminders,
        AppDirectory directory,
        HttpMessageInvoker client)
    {
        AppId = app.AppId;
        Faults = new FaultInjector(options.FaultSeed, options.Time);
        _directory = directory;
        _token = new ApiToken(options.ApiToken);
        _state = new StateApi(app.AppId, components, Faults, options.MangleNumbers);
        _invoker = new Invoker(app.AppId, directory, client, options.ApiToken, options.AppApiToken);
        var pubSubs = components.All
            .Where(component => component.IsPubSub && component.IsInScopeOf(app.AppId))
            .ToDictionary(component => component.Name, component => new BoundPubSub(component, app.AppId));
        _publish = new PublishApi(app.AppId, pubSubs, broker, Faults, options.Time);
        // An app without pub/sub is not asked what it subscribes to, nor one without an actor state store what actors it hosts.
        var channel = new AppChannel(app.AppId, client, options.AppApiToken);
        _subscriptions = pubSubs.Count == 0 ? null : new AppSubscriptions(app.AppId, pubSubs, channel, broker, Faults, options);
        var actorStore = components.ActorStoreOf(app.AppId);
        if (reminders is not null && actorStore is not null)
            _actors = new AppActors(app.AppId, options, () => Address, channel, new ActorChannel(client, options.AppApiToken), reminders);
        _actorApi = new ActorApi(_actors, actorStore is null ? null : new ActorState(app.AppId, actorStore, options.MangleNumbers), client, options);
        IAppPart?[] parts = [_actors, _subscriptions];
        if (parts.OfType<IAppPart>().ToArray() is { Length: > 0 } used)
            _follower = new AppFollower(app.AppId, directory, used, options.Time);
        _health = new HealthApi(app.AppId, directory, _follower);
        _secrets = new SecretsApi(app.AppId, components);
        _metadata = new MetadataApi(app.AppId, components, directory, _subscriptions);
        _faultApi = options.EnableFaults ? new FaultApi(Faults) : null;

        var kestrel = new KestrelServerOptions { AddServerHeader = false, ResponseHeaderEncodingSelector = _ => Encoding.UTF8 };
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = null; // the APIs have their own limit, and invoked streams none
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, app.HttpPort, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), options.LoggerFactory);
        _server = new KestrelServer(Options.Create(kestrel), transport, options.LoggerFactory);
    }

    public string AppId { get; }

    public FaultInjector Faults { get; }

    public Uri Address => new(_server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Completes when the sidecar no longer serves, be it by request.</summary>
    public Task Stopped => _stopped.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(this, cancellationToken);
        _follower?.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Stopped;
        _follower?.Dispose();
        _subscriptions?.Dispose();
        _actors?.Dispose();
        _server.Dispose();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        return _token.Admits(context.Request, target)
            ? Route(context, target) ?? _invoker.InvokeByHeaderAsync(context, target)
            : ApiToken.RefuseAsync(context);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Kestrel owns what the context refers to.
    }

    Task? Route(HttpContext context, RequestTarget target)
    {
        if (target.Is(0, "v1.0"))
        {
            return target.Is(1, "state") ? _state.Route(context, target)
                : target.Is(1, "publish") ? _publish.Route(context, target)
                : target.Is(1, "secrets") ? _secrets.Route(context, target)
                : target.Is(1, "actors") ? _actorApi.Route(context, target)
                : target.Is(1, "invoke") ? _invoker.Route(context, target)
                : target.Is(1, "healthz") ? _health.Route(context, target)
                : target.Is(1, "metadata") ? _metadata.Route(context, target)
                : target.Is(1, "shutdown") && target.Count == 2 && HttpMethods.IsPost(context.Request.Method) ? ShutDown(context)
                : null;
        }
        if (target.Is(0, "v1.0-alpha1"))
        {
            var isQuery = target.Count == 4 && target.Is(1, "state") && target.Is(3, "query") && !HttpMethods.IsGet(context.Request.Method);
            return isQuery ? _state.QueryAsync(context, target)
                : target.Is(1, "publish") ? _publish.Route(context, target)
                : null;
        }
        return target.Count == 2 && target.Is(0, "local") && target.Is(1, "faults") ? _faultApi?.Route(context) : null;
    }

    Task ShutDown(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.OnCompleted(() =>
        {
            // Not awaited: the stop waits for the connection that this answer is on.
            _ = StopAsync();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0)
            return;
        _directory.Remove(AppId);
        using var limit = new CancellationTokenSource(GracefulShutdown);
        try
        {
            // The app may still ask for things while it handles its last events and calls.
            if (_follower is not null)
                await _follower.StopAsync(limit.Token);
            await _server.StopAsync(limit.Token);
        }
        finally
        {
            _stopped.SetResult();
        }
    }
}
