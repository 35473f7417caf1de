using System.Collections.Concurrent;
using DaprMemory.LocalSidecar.Behaviours;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.State;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>One state component: its records in a file, read beside the writer, with the semantics of the store it stands for.</summary>
internal sealed class StateStore : IDisposable
{
    readonly StoreFile _file;
    readonly StoreWriter _writer;
    readonly TimeProvider _time;
    readonly ITimer _cleanup;
    readonly ConcurrentQueue<StateReader> _idleReaders = new();

    public StateStore(Component component, StoreBehaviour behaviour, LocalSidecarOptions options)
    {
        Component = component;
        Behaviour = behaviour;
        _time = options.Time;
        _file = new StoreFile(Path.Combine(options.DataPath, component.Name + ".db"), options.Synchronous);
        _writer = new StoreWriter(_file, component.Name, behaviour, _time, options.LoggerFactory.CreateLogger<StoreWriter>());
        _cleanup = _time.CreateTimer(_ => _ = CleanUpAsync(), null, options.CleanupInterval, options.CleanupInterval);
    }

    public Component Component { get; }

    public StoreBehaviour Behaviour { get; }

    public StoredValue? Get(string key)
    {
        var reader = Rent();
        try
        {
            return reader.Get(key, Now);
        }
        finally
        {
            _idleReaders.Enqueue(reader);
        }
    }

    /// <summary>Reads many keys of one state of the store; the answer has null for those that are missing.</summary>
    public StoredValue?[] GetMany(IReadOnlyList<string> keys)
    {
        var reader = Rent();
        try
        {
            return reader.GetMany(keys, Now);
        }
        finally
        {
            _idleReaders.Enqueue(reader);
        }
    }

    /// <summary>Reads the values of all keys that begin with a prefix.</summary>
    public List<byte[]> List(string prefix)
    {
        var reader = Rent();
        try
        {
            return reader.List(prefix, Now);
        }
        finally
        {
            _idleReaders.Enqueue(reader);
        }
    }

    public Task<WriteOutcome> WriteAsync(StateOperation operation) => _writer.WriteAsync(new PendingOperation(operation));

    public Task<WriteOutcome> TransactAsync(IReadOnlyList<StateOperation> operations) => _writer.WriteAsync(new PendingTransaction(operations));

    public void Dispose()
    {
        _cleanup.Dispose();
        _writer.Dispose();
        while (_idleReaders.TryDequeue(out var reader))
            reader.Dispose();
    }

    long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    StateReader Rent() => _idleReaders.TryDequeue(out var reader) ? reader : new StateReader(_file);

    async Task CleanUpAsync()
    {
        // In turns, so that writes are not kept waiting behind a large removal.
        while (true)
        {
            var turn = new PendingCleanup();
            if (!(await _writer.WriteAsync(turn)).IsDone || !turn.IsMoreLeft)
                return;
        }
    }
}
