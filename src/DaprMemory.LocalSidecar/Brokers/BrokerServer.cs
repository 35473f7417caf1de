using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>Serves this process's broker to the other processes of the machine, on a loopback port.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly Broker _broker;
    readonly Task _accepting;

    public BrokerServer(Broker broker)
    {
        _broker = broker;
        _listener.Start();
        _accepting = AcceptAllAsync();
    }

    public BrokerAddress Address => new(((IPEndPoint)_listener.LocalEndpoint).Port, Secret);

    string Secret { get; } = RandomNumberGenerator.GetHexString(32);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    async Task AcceptAllAsync()
    {
        var links = new HashSet<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                links.RemoveWhere(link => link.IsCompleted);
                links.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links);
        }
    }

    async Task ServeAsync(Socket socket)
    {
        await using var connection = new LinkConnection(socket);
        await using var stop = _stopping.Token.UnsafeRegister(static connection => ((LinkConnection)connection!).Close(), connection);
        var session = new Session(this, connection);
        await connection.ReceiveAllAsync(session.Handle);
        session.End();
    }

    /// <summary>What one other process has asked for.</summary>
    sealed class Session(BrokerServer server, LinkConnection connection)
    {
        readonly Dictionary<long, IConsumer> _consumers = [];
        bool _isKnown;

        public void Handle(LinkFrame frame)
        {
            if (!_isKnown)
            {
                _isKnown = frame is { Verb: LinkVerb.Hello, Secret: { } secret }
                    && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(server.Secret));
                if (!_isKnown)
                    connection.Close();
                return;
            }
            switch (frame.Verb)
            {
                case LinkVerb.Publish:
                    server._broker.Publish(frame.Topic, frame.Message!);
                    connection.Send(new LinkFrame(LinkVerb.Done, frame.Id));
                    break;
                case LinkVerb.Subscribe:
                    _consumers[frame.Consumer] = server._broker.Subscribe(frame.Topic, frame.Options!, new Remote(connection, frame.Consumer));
                    connection.Send(new LinkFrame(LinkVerb.Done, frame.Id));
                    break;
                case LinkVerb.Settle when _consumers.TryGetValue(frame.Consumer, out var consumer):
                    consumer.Settle(frame.Id, frame.IsDone);
                    break;
                case LinkVerb.Leave when _consumers.Remove(frame.Consumer, out var consumer):
                    consumer.Dispose();
                    break;
            }
        }

        public void End()
        {
            foreach (var consumer in _consumers.Values)
                consumer.Dispose();
        }
    }

    /// <summary>Sends a consumer's deliveries to the process where it is.</summary>
    sealed class Remote(LinkConnection connection, long consumer) : ChannelWriter<Delivery>
    {
        public override bool TryWrite(Delivery item) =>
            connection.Send(new LinkFrame(LinkVerb.Deliver, item.Id) { Consumer = consumer, Message = item.Message });

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
