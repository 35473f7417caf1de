using System.Net;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Keeps the app subscribed for as long as it listens.</summary>
internal sealed partial class AppSubscriptions : IAppPart, IDisposable
{
    readonly CancellationTokenSource _aborting = new();
    readonly string _appId;
    readonly AppQuestion _question;
    readonly SubscriptionList _list;
    readonly Func<Subscription, Uri, Subscriber> _subscribe;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    volatile IReadOnlyList<Subscription> _current = [];
    List<Subscriber> _subscribers = [];
    (Uri App, byte[] Answer)? _subscribed;

    public AppSubscriptions(
        string appId,
        IReadOnlyDictionary<string, BoundPubSub> pubSubs,
        AppChannel channel,
        IBroker broker,
        FaultInjector faults,
        LocalSidecarOptions options)
    {
        _appId = appId;
        _time = options.Time;
        _logger = options.LoggerFactory.CreateLogger<AppSubscriptions>();
        _question = new AppQuestion(channel, "/dapr/subscribe", options.Time);
        _list = new SubscriptionList(pubSubs, _logger);
        _subscribe = (subscription, app) => new Subscriber(subscription, app, channel, broker, faults, _time, _logger, _aborting.Token);
    }

    /// <summary>What the app is subscribed to now.</summary>
    public IReadOnlyList<Subscription> Current => _current;

    public async Task FoundAsync(Uri app, CancellationToken cancellationToken)
    {
        var (status, body) = await _question.AskAsync(app, cancellationToken);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            LogNoList(_logger, _appId, status is { } code ? (int)code : 0);
        await SubscribeAsync(app, status == HttpStatusCode.OK ? body : []);
    }

    public Task LostAsync() => UnsubscribeAsync();

    public void Abort() => _aborting.Cancel();

    public void Dispose() => _aborting.Dispose();

    /// <summary>Subscribes the app to what its answer says, unless that is so already: a server may close an idle connection and live on.</summary>
    async Task SubscribeAsync(Uri address, byte[] answer)
    {
        if (_subscribed is var (app, list) && app == address && list.AsSpan().SequenceEqual(answer))
            return;
        await UnsubscribeAsync();
        var subscriptions = answer.Length == 0 ? [] : _list.Parse(answer);
        _subscribers = [.. subscriptions.Select(subscription => _subscribe(subscription, address))];
        await Task.WhenAll(_subscribers.Select(subscriber => subscriber.Joined));
        _current = subscriptions;
        _subscribed = (address, answer);
    }

    async Task UnsubscribeAsync()
    {
        await Task.WhenAll(_subscribers.Select(subscriber => subscriber.DisposeAsync().AsTask()));
        _subscribers.Clear();
        _subscribed = null;
        _current = [];
    }

    [LoggerMessage(EventName = "SubscriptionsNotTold", Level = LogLevel.Error, Message = "{App} answered {Status} (0: nothing) to /dapr/subscribe: it has no subscriptions")]
    static partial void LogNoList(ILogger logger, string app, int status);
}
