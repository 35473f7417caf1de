using System.Threading.Channels;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>
/// Serves one subscription of the app: takes events from the broker, has the app handle them and settles them by what it says. As many
/// workers as events may be handled at once read from one queue, so that an event costs no task of its own.
/// </summary>
internal sealed partial class Subscriber : IAsyncDisposable
{
    readonly Subscription _subscription;
    readonly AppChannel _app;
    readonly IBroker _broker;
    readonly FaultInjector _faults;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Dictionary<string, Uri> _targets;
    readonly bool _hasConditions;
    readonly CancellationTokenSource _stopping = new();
    readonly CancellationToken _aborting;
    readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _running;

    /// <param name="subscription">What the app wants.</param>
    /// <param name="app">Where the app listens.</param>
    /// <param name="channel">The way to the app.</param>
    /// <param name="broker">Where the events come from.</param>
    /// <param name="faults">What happens to them on their way.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where dropped events are told of.</param>
    /// <param name="aborting">Interrupts what the app is handling: it comes again, to whoever is then there.</param>
    public Subscriber(
        Subscription subscription,
        Uri app,
        AppChannel channel,
        IBroker broker,
        FaultInjector faults,
        TimeProvider time,
        ILogger logger,
        CancellationToken aborting)
    {
        _subscription = subscription;
        _app = channel;
        _broker = broker;
        _faults = faults;
        _time = time;
        _logger = logger;
        _aborting = aborting;
        _targets = subscription.Rules.Select(rule => rule.Path).Distinct().ToDictionary(path => path, path => AppChannel.At(app, path));
        _hasConditions = subscription.Rules.Any(rule => rule.Match is not null);
        _running = RunAsync();
    }

    /// <summary>Completes when events that are published from then on will come.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Takes no more events and waits for those that the app is handling.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var queue = Channel.CreateUnbounded<Delivery>();
            var faulty = new EventFaults(queue.Writer, _subscription.Topic, _faults, _time);
            IConsumer consumer;
            try
            {
                consumer = await _broker.SubscribeAsync(_subscription.Topic, _subscription.Consumer, faulty, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            using (consumer)
            {
                _joined.TrySetResult();
                var isOneByOne = _subscription.IsSync || _subscription.Bulk is not null;
                var workers = Enumerable.Range(0, isOneByOne ? 1 : _subscription.Consumer.Window).Select(_ => WorkAsync(queue.Reader));
                await Task.WhenAll(workers);
            }
        }
        _joined.TrySetResult();
    }

    async Task WorkAsync(ChannelReader<Delivery> queue)
    {
        try
        {
            while (true)
            {
                var delivery = await queue.ReadAsync(_stopping.Token);
                if (_subscription.Bulk is { } bulk)
                    await HandleManyAsync(await FillAsync(queue, bulk, delivery));
                else
                    await HandleAsync(delivery);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // Stopped, or the broker is gone.
        }
    }

    async Task HandleAsync(Delivery delivery)
    {
        var message = delivery.Message;
        if (Route(message) is not { } path)
        {
            await DropAsync(delivery);
            return;
        }
        var body = _subscription.IsRaw ? CloudEvent.FromRaw(message.Body.Span, _subscription.Topic) : message.Body;
        var outcome = IsReadable(message)
            ? await _app.DeliverAsync(_targets[path], _subscription.Topic, message, body, _aborting)
            : DeliveryOutcome.Retry;
        await SettleAsync(delivery, outcome);
    }

    async Task HandleManyAsync(List<Delivery> deliveries)
    {
        foreach (var group in deliveries.GroupBy(delivery => Route(delivery.Message)))
        {
            List<Delivery> readable = [];
            foreach (var delivery in group)
            {
                if (group.Key is null)
                    await DropAsync(delivery);
                else if (!IsReadable(delivery.Message))
                    await SettleAsync(delivery, DeliveryOutcome.Retry);
                else
                    readable.Add(delivery);
            }
            if (readable.Count == 0)
                continue;
            var body = BulkEnvelope.Write(_subscription, readable);
            var outcomes = await _app.DeliverAsync(_targets[group.Key!], _subscription.Topic, readable, body, _aborting);
            for (var i = 0; i < outcomes.Length; i++)
                await SettleAsync(readable[i], outcomes[i]);
        }
    }

    async Task<List<Delivery>> FillAsync(ChannelReader<Delivery> queue, BulkOptions bulk, Delivery first)
    {
        var deliveries = new List<Delivery> { first };
        using var full = new CancellationTokenSource(bulk.MaxAwait, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(full.Token, _stopping.Token);
        try
        {
            while (deliveries.Count < bulk.MaxMessages)
                deliveries.Add(await queue.ReadAsync(end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // What there is goes, also when stopping.
        }
        return deliveries;
    }

    /// <summary>The path for an event; null: nobody wants it, or not any more.</summary>
    string? Route(BrokerMessage message)
    {
        // A raw subscription does not look into the envelope that has the expiry.
        if (!_subscription.IsRaw && message.ExpiresAt <= _time.GetUtcNow())
            return null;
        if (!_hasConditions || !IsReadable(message))
            return _subscription.Rules[^1] is { Match: null } fallback ? fallback.Path : _subscription.Rules[0].Path;
        var attributes = RouteMatch.AttributesOf(message.Body.Span);
        return _subscription.Rules.FirstOrDefault(rule => rule.Match?.Admits(attributes) ?? true)?.Path;
    }

    /// <summary>Whether the app can be given the message: a raw one must look like an event if the subscription is not for raw ones.</summary>
    bool IsReadable(BrokerMessage message) => _subscription.IsRaw || !message.IsRaw || CloudEvent.IsJson(message.Body.Span, mustBeObject: true);

    async Task SettleAsync(Delivery delivery, DeliveryOutcome outcome)
    {
        // Without a retry policy a dead letter topic gets an event after its first failure; to be interrupted is none.
        if (outcome == DeliveryOutcome.Success)
            delivery.Settle(isDone: true);
        else if (outcome == DeliveryOutcome.Retry && (_subscription.DeadLetterTopic is null || _aborting.IsCancellationRequested))
            delivery.Settle(isDone: false);
        else
            await DropAsync(delivery);
    }

    async Task DropAsync(Delivery delivery)
    {
        var isDone = true;
        if (_subscription.DeadLetterTopic is { } deadLetters)
            isDone = await _broker.PublishAsync(_subscription.Topic with { Topic = deadLetters }, delivery.Message);
        else
            LogDropped(_logger, _subscription.Topic, delivery.Id);
        delivery.Settle(isDone);
    }

    [LoggerMessage(EventName = "EventDropped", Level = LogLevel.Information, Message = "Event {Id} of {Topic} is dropped: expired, not wanted, or refused")]
    static partial void LogDropped(ILogger logger, TopicName topic, long id);
}
