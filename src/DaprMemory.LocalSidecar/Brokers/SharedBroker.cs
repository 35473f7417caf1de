using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>
/// The one broker of all processes that share a data folder. Whoever locks a file there is it and writes down where it listens; the
/// others connect to it, and when it ends the next one takes the lock. What waited in it is lost then.
/// </summary>
internal sealed partial class SharedBroker : IBroker, IAsyncDisposable
{
    /// <summary>How long a publish waits while there is no broker, or for its answer.</summary>
    static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource _stopping = new();
    readonly string _lockPath;
    readonly string _addressPath;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Task _running;
    volatile TaskCompletionSource<IBroker> _current = NewSource();
    bool _isDisposed;

    public SharedBroker(string folder, TimeProvider time, ILogger logger)
    {
        _lockPath = Path.Combine(folder, "broker.lock");
        _addressPath = Path.Combine(folder, "broker.address");
        _time = time;
        _logger = logger;
        _running = RunAsync();
    }

    public async ValueTask<bool> PublishAsync(TopicName topic, BrokerMessage message)
    {
        try
        {
            var broker = await _current.Task.WaitAsync(PublishTimeout);
            return await broker.PublishAsync(topic, message).AsTask().WaitAsync(PublishTimeout);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask<IConsumer> SubscribeAsync(
        TopicName topic, ConsumerOptions options, ChannelWriter<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var broker = await _current.Task.WaitAsync(cancellationToken);
        return await broker.SubscribeAsync(topic, options, deliveries, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (!await TryServeAsync() && !await TryFollowAsync())
                    await Task.Delay(Retry, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogUnusable(_addressPath, e);
                await Task.Delay(PublishTimeout, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Is the broker until the end; false: another process is.</summary>
    async Task<bool> TryServeAsync()
    {
        if (Lock() is not { } held)
            return false;
        await using (held)
        {
            var broker = new Broker(_time, _logger);
            await using var server = new BrokerServer(broker);
            server.Address.Write(_addressPath);
            _current.SetResult(broker);
            await Task.Delay(Timeout.Infinite, _stopping.Token);
        }
        return true;
    }

    /// <summary>Uses the broker of another process for as long as it is there; false: it is not.</summary>
    async Task<bool> TryFollowAsync()
    {
        if (BrokerAddress.Read(_addressPath) is not { } address || await BrokerClient.ConnectAsync(address, _stopping.Token) is not { } client)
            return false;
        await using (client)
        {
            _current.SetResult(client);
            await client.Ended.WaitAsync(_stopping.Token);
            _current = NewSource();
            LogLost(_logger);
        }
        return true;
    }

    FileStream? Lock()
    {
        try
        {
            return new FileStream(_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException) when (File.Exists(_lockPath))
        {
            return null;
        }
    }

    static TaskCompletionSource<IBroker> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(EventName = "BrokerLost", Level = LogLevel.Warning, Message = "The process with the broker has ended; what waited in it is lost")]
    static partial void LogLost(ILogger logger);

    [LoggerMessage(EventName = "BrokerUnusable", Level = LogLevel.Error, Message = "Topics cannot be shared: {Path} cannot be used")]
    partial void LogUnusable(string path, Exception exception);
}
