namespace DaprMemory.Checker.History;

/// <summary>Records the calls of one client.</summary>
public sealed class ClientRecorder
{
    readonly HistoryRecorder _recorder;
    readonly int _client;
    readonly Lock _lock = new();
    readonly List<Operation> _operations = [];

    internal ClientRecorder(HistoryRecorder recorder, int client)
    {
        _recorder = recorder;
        _client = client;
    }

    /// <summary>Notes that a call is about to be sent. It counts from now on, even if nobody ever hears of it again.</summary>
    /// <param name="intent">What is asked. Id, client, times and answer are set here.</param>
    public OpenCall Begin(Operation intent)
    {
        var id = _recorder.NextId();
        lock (_lock)
        {
            var slot = _operations.Count;
            _operations.Add(intent with { Id = id, Client = _client, Outcome = Outcome.Unknown, End = Operation.Never, Begin = _recorder.Now() });
            return new OpenCall(this, slot);
        }
    }

    internal void End(int slot, in Answer answer)
    {
        var now = _recorder.Now();
        lock (_lock)
        {
            var begun = _operations[slot];
            _operations[slot] = begun with
            {
                End = now,
                Outcome = answer.Outcome,
                ETag = answer.ETag,
                Value = begun.IsWrite ? begun.Value : answer.Value,
                Version = answer.Version,
                Items = answer.Items,
                Age = answer.Age,
                Turns = answer.Turns ?? begun.Turns,
                Newest = answer.Newest,
            };
        }
    }

    internal Operation[] Snapshot()
    {
        lock (_lock)
            return [.. _operations];
    }
}
