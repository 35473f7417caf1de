using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>The broker of another process. Once the connection is lost it is of no more use.</summary>
internal sealed class BrokerClient : IBroker, IAsyncDisposable
{
    readonly ConcurrentDictionary<long, TaskCompletionSource<bool>> _asked = new();
    readonly ConcurrentDictionary<long, Remote> _consumers = new();
    readonly LinkConnection _connection;
    long _lastId;

    BrokerClient(Socket socket, string secret)
    {
        _connection = new LinkConnection(socket);
        _connection.Send(new LinkFrame(LinkVerb.Hello) { Secret = secret });
        Ended = ReceiveAsync();
    }

    /// <summary>Completes when the connection is lost.</summary>
    public Task Ended { get; }

    /// <summary>Connects; null: nobody listens there.</summary>
    public static async Task<BrokerClient?> ConnectAsync(BrokerAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
            return new BrokerClient(socket, address.Secret);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null; // it has ended, and its file has stayed
        }
    }

    public ValueTask<bool> PublishAsync(TopicName topic, BrokerMessage message) =>
        AskAsync(new LinkFrame(LinkVerb.Publish, NextId()) { Topic = topic, Message = message });

    public async ValueTask<IConsumer> SubscribeAsync(
        TopicName topic, ConsumerOptions options, ChannelWriter<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var id = NextId();
        var consumer = new Remote(this, id, deliveries);
        _consumers[id] = consumer;
        if (!await AskAsync(new LinkFrame(LinkVerb.Subscribe, id) { Consumer = id, Topic = topic, Options = options }))
            deliveries.TryComplete();
        return consumer;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await Ended;
    }

    async Task ReceiveAsync()
    {
        await _connection.ReceiveAllAsync(Handle);
        foreach (var asked in _asked.Values)
            asked.TrySetResult(false);
        foreach (var consumer in _consumers.Values)
            consumer.Deliveries.TryComplete();
    }

    void Handle(LinkFrame frame)
    {
        if (frame.Verb == LinkVerb.Done && _asked.TryGetValue(frame.Id, out var asked))
            asked.TrySetResult(true);
        else if (frame.Verb == LinkVerb.Deliver && _consumers.TryGetValue(frame.Consumer, out var consumer))
            consumer.Deliveries.TryWrite(new Delivery(consumer, frame.Id, frame.Message!));
    }

    long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Sends a frame and waits until it is done; false: the connection was lost before.</summary>
    async ValueTask<bool> AskAsync(LinkFrame frame)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[frame.Id] = done;
        try
        {
            return _connection.Send(frame) && await done.Task;
        }
        finally
        {
            _asked.TryRemove(frame.Id, out _);
        }
    }

    sealed class Remote(BrokerClient client, long id, ChannelWriter<Delivery> deliveries) : IConsumer
    {
        public ChannelWriter<Delivery> Deliveries => deliveries;

        public void Settle(long delivery, bool isDone) =>
            client._connection.Send(new LinkFrame(LinkVerb.Settle, delivery) { Consumer = id, IsDone = isDone });

        public void Dispose()
        {
            if (client._consumers.TryRemove(id, out _))
                client._connection.Send(new LinkFrame(LinkVerb.Leave) { Consumer = id });
        }
    }
}
