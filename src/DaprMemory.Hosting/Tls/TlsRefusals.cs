using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tls;

/// <summary>Counts and tells of handshakes that were refused; tells of no more than one a second, for strangers can make any number of them.</summary>
internal sealed partial class TlsRefusals(IMeterFactory meters, TimeProvider time, ILogger<TlsRefusals> logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Counter<long> _refusals = TlsInstruments.Refusals(meters);
    long _nextClient = long.MinValue;
    long _nextServer = long.MinValue;

    /// <summary>A client's certificate was refused.</summary>
    public void Client(string? address, string reason)
    {
        TlsInstruments.CountPeer(_refusals, "client");
        if (IsTold(ref _nextClient))
            LogClient(address, reason);
    }

    /// <summary>A server's certificate was refused.</summary>
    public void Server(string host, int port, string reason)
    {
        TlsInstruments.CountPeer(_refusals, "server");
        if (IsTold(ref _nextServer))
            LogServer(host, port, reason);
    }

    bool IsTold(ref long next)
    {
        var now = time.GetTimestamp();
        var due = Volatile.Read(ref next);
        return now >= due && Interlocked.CompareExchange(ref next, now + (long)(Pause.TotalSeconds * time.TimestampFrequency), due) == due;
    }

    [LoggerMessage(1, LogLevel.Warning, "The client {Address} was refused: {Reason}", EventName = "ClientRefused")]
    partial void LogClient(string? address, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The server {Host}:{Port} was refused: {Reason}", EventName = "ServerRefused")]
    partial void LogServer(string host, int port, string reason);
}
