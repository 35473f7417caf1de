using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>A read-only connection of a store, which reads beside the writer. One thread at a time.</summary>
internal sealed class StateReader : IDisposable
{
    readonly SqliteConnection _connection;
    readonly SqliteCommand _get, _begin, _end;

    public StateReader(StoreFile file)
    {
        _connection = file.OpenReader();
        _get = Prepare("SELECT value, etag, expires FROM state WHERE key = $key AND (expires IS NULL OR expires > $now)");
        _get.Parameters.AddWithValue("$key", DBNull.Value);
        _get.Parameters.AddWithValue("$now", DBNull.Value);
        _begin = Prepare("BEGIN");
        _end = Prepare("COMMIT");
    }

    public StoredValue? Get(string key, long now)
    {
        _get.Parameters[0].Value = key;
        _get.Parameters[1].Value = now;
        using var row = _get.ExecuteReader();
        return row.Read()
            ? new StoredValue(
                row.GetFieldValue<byte[]>(0),
                row.GetString(1),
                row.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))
            : null;
    }

    /// <summary>Reads all <paramref name="keys"/> of one state of the store; the answer has null for those that are missing.</summary>
    public StoredValue?[] GetMany(IReadOnlyList<string> keys, long now)
    {
        _begin.ExecuteNonQuery();
        try
        {
            var found = new StoredValue?[keys.Count];
            for (var i = 0; i < found.Length; i++)
                found[i] = Get(keys[i], now);
            return found;
        }
        finally
        {
            _end.ExecuteNonQuery();
        }
    }

    /// <summary>Reads the values of all keys that begin with <paramref name="prefix"/>.</summary>
    public List<byte[]> List(string prefix, long now)
    {
        using var list = Prepare("SELECT value FROM state WHERE key >= $prefix AND substr(key, 1, length($prefix)) = $prefix AND (expires IS NULL OR expires > $now)");
        list.Parameters.AddWithValue("$prefix", prefix);
        list.Parameters.AddWithValue("$now", now);
        using var row = list.ExecuteReader();
        var values = new List<byte[]>();
        while (row.Read())
            values.Add(row.GetFieldValue<byte[]>(0));
        return values;
    }

    public void Dispose()
    {
        _get.Dispose();
        _begin.Dispose();
        _end.Dispose();
        _connection.Dispose();
    }

    SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
