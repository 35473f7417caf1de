using System.Net;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>
/// Keeps the app subscribed for as long as it listens. One idle connection to the app tells of its end at once; while it is down its port
/// is tried again and again, and when it is back it is asked anew what it subscribes to.
/// </summary>
internal sealed partial class AppSubscriptions : IDisposable
{
    const int Tries = 4;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _stopping = new();
    readonly CancellationTokenSource _aborting = new();
    readonly string _appId;
    readonly AppDirectory _directory;
    readonly AppChannel _channel;
    readonly SubscriptionList _list;
    readonly Func<Subscription, Uri, Subscriber> _subscribe;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    volatile IReadOnlyList<Subscription> _current = [];
    List<Subscriber> _subscribers = [];
    (Uri App, byte[] Answer)? _subscribed;
    volatile bool _isReady;
    Task _running = Task.CompletedTask;

    public AppSubscriptions(
        string appId,
        IReadOnlyDictionary<string, BoundPubSub> pubSubs,
        AppDirectory directory,
        AppChannel channel,
        IBroker broker,
        FaultInjector faults,
        LocalSidecarOptions options)
    {
        _appId = appId;
        _directory = directory;
        _channel = channel;
        _time = options.Time;
        _logger = options.LoggerFactory.CreateLogger<AppSubscriptions>();
        _list = new SubscriptionList(pubSubs, _logger);
        _subscribe = (subscription, app) => new Subscriber(subscription, app, channel, broker, faults, _time, _logger, _aborting.Token);
    }

    /// <summary>What the app is subscribed to now.</summary>
    public IReadOnlyList<Subscription> Current => _current;

    /// <summary>Whether the app was asked what it subscribes to, and has joined.</summary>
    public bool IsReady => _isReady;

    public void Start() => _running = RunAsync();

    /// <summary>Takes no more events and waits for those that the app is handling.</summary>
    /// <param name="limit">Ends the wait.</param>
    public async Task StopAsync(CancellationToken limit)
    {
        await using var abort = limit.UnsafeRegister(static aborting => ((CancellationTokenSource)aborting!).Cancel(), _aborting);
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _aborting.Dispose();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
                await FollowAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await UnsubscribeAsync();
        }
    }

    /// <summary>Finds the app, subscribes it, and returns when it has gone or moved.</summary>
    async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var address = _directory.AddressOf(_appId, out var moved);
        using var socket = address is null ? null : await AppPort.TryConnectAsync(address, over.Token);
        if (socket is null)
        {
            await UnsubscribeAsync();
            await Task.WhenAny(moved, Task.Delay(address is null ? Timeout.InfiniteTimeSpan : Poll, _time, over.Token));
        }
        else
        {
            await SubscribeAsync(address!, await DiscoverAsync(address!, over.Token));
            _isReady = true;
            await Task.WhenAny(moved, AppPort.WaitUntilClosedAsync(socket, over.Token));
        }
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    async Task<byte[]> DiscoverAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= Tries; tries++)
        {
            if (await _channel.DiscoverAsync(address, cancellationToken) is var (status, body))
            {
                if (status == HttpStatusCode.OK)
                    return body;
                if (status != HttpStatusCode.NotFound)
                    LogNoList(_logger, _appId, (int)status);
                return [];
            }
            await Task.Delay(Poll, _time, cancellationToken);
        }
        LogNoAnswer(_logger, _appId);
        return [];
    }

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

    [LoggerMessage(EventName = "SubscriptionsNotTold", Level = LogLevel.Error, Message = "{App} answered {Status} to /dapr/subscribe: it has no subscriptions")]
    static partial void LogNoList(ILogger logger, string app, int status);

    [LoggerMessage(EventName = "SubscriptionsNotAnswered", Level = LogLevel.Error, Message = "{App} does not answer /dapr/subscribe: it has no subscriptions")]
    static partial void LogNoAnswer(ILogger logger, string app);
}
