using DaprMemory.LocalSidecar.Behaviours;
using DaprMemory.LocalSidecar.State;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>
/// The one writer of a store in this process. It takes all writes that wait, applies them in one immediate transaction, commits once
/// (one wait for the disk) and then answers all. Other processes may write the same file: conditions are checked inside the transaction.
/// </summary>
internal sealed partial class StoreWriter : IDisposable
{
    const int MaxBatch = 512;

    readonly Lock _gate = new();
    readonly SemaphoreSlim _signal = new(0);
    readonly StateTable _table;
    readonly StoreBehaviour _behaviour;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Thread _thread;
    Queue<PendingWrite> _waiting = new();
    bool _isStopping;

    public StoreWriter(StoreFile file, string name, StoreBehaviour behaviour, TimeProvider time, ILogger logger)
    {
        _table = new StateTable(file);
        _behaviour = behaviour;
        _time = time;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = $"store {name}" };
        _thread.Start();
    }

    public Task<WriteOutcome> WriteAsync(PendingWrite write)
    {
        lock (_gate)
        {
            if (_isStopping)
                return Task.FromResult(WriteOutcome.Failed("the store is closed"));
            _waiting.Enqueue(write);
            if (_waiting.Count == 1)
                _signal.Release();
        }
        return write.Task;
    }

    /// <summary>Finishes what waits, then closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping)
                return;
            _isStopping = true;
            _signal.Release();
        }
        _thread.Join();
        _table.Dispose();
        _signal.Dispose();
    }

    void Run()
    {
        var taken = new Queue<PendingWrite>();
        var batch = new List<PendingWrite>(MaxBatch);
        while (true)
        {
            _signal.Wait();
            bool isStopping;
            lock (_gate)
            {
                (taken, _waiting) = (_waiting, taken);
                isStopping = _isStopping;
            }
            while (taken.Count > 0)
            {
                while (batch.Count < MaxBatch && taken.TryDequeue(out var write))
                    batch.Add(write);
                Commit(batch);
                batch.Clear();
            }
            if (isStopping)
                return;
        }
    }

    void Commit(List<PendingWrite> batch)
    {
        try
        {
            _table.Begin();
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var write in batch)
                write.Apply(_table, _behaviour, now);
            _table.Commit();
        }
        catch (Exception e)
        {
            // Whatever it is, those who wait must hear of it and the thread must live.
            LogCommitFailed(_thread.Name, batch.Count, e);
            Rollback();
            foreach (var write in batch)
                write.SetResult(WriteOutcome.Failed(e.Message));
            return;
        }
        foreach (var write in batch)
            write.SetResult(write.Outcome);
    }

    void Rollback()
    {
        try
        {
            _table.Rollback();
        }
        catch (SqliteException e)
        {
            LogRollbackFailed(_thread.Name, e);
        }
    }

    [LoggerMessage(EventName = "CommitFailed", Level = LogLevel.Error, Message = "{Store}: {Count} writes failed together")]
    partial void LogCommitFailed(string? store, int count, Exception exception);

    [LoggerMessage(EventName = "RollbackFailed", Level = LogLevel.Error, Message = "{Store}: rollback failed")]
    partial void LogRollbackFailed(string? store, SqliteException exception);
}
