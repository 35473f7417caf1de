using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>The records of a store inside the writer's transaction. Statements are prepared once; one thread at a time.</summary>
internal sealed class StateTable : IDisposable
{
    const int CleanupBatch = 1000;

    readonly SqliteConnection _connection;
    readonly List<SqliteCommand> _commands = [];
    readonly SqliteCommand _commit, _rollback, _savepoint, _rollbackTo, _release;
    readonly SqliteCommand _find, _put, _remove, _extend, _removeExpired;

    public StateTable(StoreFile file)
    {
        _connection = file.OpenWriter();
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _savepoint = Prepare("SAVEPOINT request");
        _rollbackTo = Prepare("ROLLBACK TO request");
        _release = Prepare("RELEASE request");
        _find = Prepare("SELECT etag, expires, first_write FROM state WHERE key = $key", "$key");
        _put = Prepare(
            """
            INSERT INTO state (key, value, etag, expires, first_write) VALUES ($key, $value, $etag, $expires, $first_write)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, etag = excluded.etag, expires = excluded.expires, first_write = excluded.first_write
            """,
            "$key", "$value", "$etag", "$expires", "$first_write");
        _remove = Prepare("DELETE FROM state WHERE key = $key", "$key");
        _extend = Prepare("UPDATE state SET expires = $expires WHERE key = $key", "$expires", "$key");
        _removeExpired = Prepare(
            "DELETE FROM state WHERE rowid IN (SELECT rowid FROM state WHERE expires <= $now LIMIT $limit)", "$now", "$limit");
    }

    /// <summary>Begins a transaction, as soon as no other process has one. SQLite's own way of waiting sleeps for whole seconds where it was built without usleep.</summary>
    public void Begin()
    {
        var began = Stopwatch.GetTimestamp();
        int result;
        while ((result = raw.sqlite3_exec(_connection.Handle, "BEGIN IMMEDIATE")) == raw.SQLITE_BUSY && Stopwatch.GetElapsedTime(began) < StoreFile.Patience)
            Thread.Sleep(1);
        SqliteException.ThrowExceptionForRC(result, _connection.Handle);
    }

    public void Commit() => _commit.ExecuteNonQuery();

    public void Rollback()
    {
        // Some errors of SQLite (a full disk) have rolled back already.
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            _rollback.ExecuteNonQuery();
    }

    public void Savepoint() => _savepoint.ExecuteNonQuery();

    public void RollbackToSavepoint()
    {
        _rollbackTo.ExecuteNonQuery();
        _release.ExecuteNonQuery();
    }

    public void ReleaseSavepoint() => _release.ExecuteNonQuery();

    /// <summary>The record of <paramref name="key"/>, expired or not.</summary>
    public StoredRow? Find(string key)
    {
        _find.Parameters[0].Value = key;
        using var row = _find.ExecuteReader();
        return row.Read() ? new StoredRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2) != 0) : null;
    }

    public void Put(string key, byte[] value, StoredRow row)
    {
        var parameters = _put.Parameters;
        parameters[0].Value = key;
        parameters[1].Value = value;
        parameters[2].Value = row.ETag;
        parameters[3].Value = row.ExpiresAt is { } at ? at : DBNull.Value;
        parameters[4].Value = row.IsFirstWrite ? 1 : 0;
        _put.ExecuteNonQuery();
        parameters[1].Value = DBNull.Value; // lets the value go before the next write
    }

    public void Remove(string key)
    {
        _remove.Parameters[0].Value = key;
        _remove.ExecuteNonQuery();
    }

    public void SetExpiry(string key, long? expiresAt)
    {
        _extend.Parameters[0].Value = expiresAt is { } at ? at : DBNull.Value;
        _extend.Parameters[1].Value = key;
        _extend.ExecuteNonQuery();
    }

    /// <summary>Removes some expired records; false: none are left.</summary>
    public bool RemoveExpired(long now)
    {
        _removeExpired.Parameters[0].Value = now;
        _removeExpired.Parameters[1].Value = CleanupBatch;
        return _removeExpired.ExecuteNonQuery() == CleanupBatch;
    }

    public void Dispose()
    {
        foreach (var command in _commands)
            command.Dispose();
        _connection.Dispose();
    }

    SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        _commands.Add(command);
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.AddWithValue(name, DBNull.Value);
        command.Prepare();
        return command;
    }
}
