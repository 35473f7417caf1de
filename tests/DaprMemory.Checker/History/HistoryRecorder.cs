using System.Collections.Concurrent;

namespace DaprMemory.Checker.History;

/// <summary>Records what clients do: each into a list of its own, all by one monotonic clock. All calls may be made from any thread.</summary>
public sealed class HistoryRecorder
{
    const long NanosecondsPerSecond = 1_000_000_000;

    readonly TimeProvider _time;
    readonly long _began;
    readonly ConcurrentDictionary<int, ClientRecorder> _clients = new();
    long _lastId;

    /// <summary>Starts the clock of a history.</summary>
    public HistoryRecorder(TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
    }

    /// <summary>The recorder of one client.</summary>
    public ClientRecorder Client(int client) => _clients.GetOrAdd(client, static (id, recorder) => new ClientRecorder(recorder, id), this);

    /// <summary>Everything up to now, in the order of beginning. Calls that have not ended stand there as <see cref="Outcome.Unknown"/>.</summary>
    public IReadOnlyList<Operation> Snapshot() =>
        [.. _clients.Values.SelectMany(client => client.Snapshot()).OrderBy(operation => operation.Begin).ThenBy(operation => operation.Id)];

    internal long NextId() => Interlocked.Increment(ref _lastId);

    internal long Now() => (long)((Int128)(_time.GetTimestamp() - _began) * NanosecondsPerSecond / _time.TimestampFrequency);
}
