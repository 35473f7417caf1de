using System.Net;
using DaprMemory.Router.Shards;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace DaprMemory.Router.Configuration;

/// <summary>
/// Turns <see cref="RouterOptions"/> into YARP's configuration, again whenever they change. A change that breaks a rule is logged and
/// the old options stay; that is why this does not listen to an options monitor, which throws at whoever reloads.
/// </summary>
internal sealed partial class RouterConfigProvider : IProxyConfigProvider, IDisposable
{
    const string ClusterId = "shards";

    readonly IOptionsFactory<RouterOptions> _factory;
    readonly ILogger<RouterConfigProvider> _logger;
    readonly IDisposable _listening;
    volatile Loaded _loaded;

    public RouterConfigProvider(IOptionsFactory<RouterOptions> factory, IConfiguration configuration, ILogger<RouterConfigProvider> logger)
    {
        _factory = factory;
        _logger = logger;
        _loaded = new Loaded(Read());
        _listening = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>The options now in force.</summary>
    public RouterOptions Current => _loaded.Options;

    public IProxyConfig GetConfig() => _loaded;

    public void Dispose() => _listening.Dispose();

    void Reload()
    {
        RouterOptions options;
        try
        {
            options = Read();
        }
        catch (OptionsValidationException exception)
        {
            LogRefused(exception.Message);
            return;
        }
        var old = _loaded;
        _loaded = new Loaded(options);
        LogReloaded(options.Shards.Count);
        old.SignalChange();
    }

    RouterOptions Read()
    {
        try
        {
            return _factory.Create(Options.DefaultName);
        }
        // The binder's way to say that a text is no number or duration.
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(RouterOptions), [exception.Message]);
        }
    }

    static RouteConfig ToRoute(string id, string path) => new() { RouteId = id, ClusterId = ClusterId, Match = new() { Path = path } };

    static ClusterConfig ToCluster(RouterOptions options) => new()
    {
        ClusterId = ClusterId,
        Destinations = options.Shards.ToDictionary(shard => shard.Id, shard => Shard.ToDestination(shard, options.Sidecar)),
        HealthCheck = new()
        {
            Active = new()
            {
                Enabled = true,
                Interval = options.ProbeInterval,
                Timeout = options.ProbeTimeout,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            },
        },
        HttpRequest = new ForwarderRequestConfig
        {
            ActivityTimeout = options.IdleTimeout,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        },
    };

    [LoggerMessage(1, LogLevel.Information, "The router's configuration was read again: {Shards} shards", EventName = "Reloaded")]
    partial void LogReloaded(int shards);

    [LoggerMessage(2, LogLevel.Error, "A change of the router's configuration is refused: {Errors}", EventName = "Refused")]
    partial void LogRefused(string errors);

    sealed class Loaded : IProxyConfig
    {
        readonly ConfigurationReloadToken _changed = new();

        public Loaded(RouterOptions options)
        {
            Options = options;
            Routes = [ToRoute("spaces", "/v1/{tenant}/{space}/{**rest}"), ToRoute("tenants", "/v1/{tenant}/spaces"), ToRoute("audit", "/v1/{tenant}/audit")];
            Clusters = [ToCluster(options)];
        }

        public RouterOptions Options { get; }

        public IReadOnlyList<RouteConfig> Routes { get; }

        public IReadOnlyList<ClusterConfig> Clusters { get; }

        public IChangeToken ChangeToken => _changed;

        public void SignalChange() => _changed.OnReload();
    }
}
