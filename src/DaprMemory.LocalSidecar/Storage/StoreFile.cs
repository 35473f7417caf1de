using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>The file of one store and how connections to it are opened.</summary>
internal sealed class StoreFile(string path, SqliteSynchronous synchronous)
{
    // Keys have an index of their own, so that values, which may be large, stay in the order of their writing.
    const string Schema = """
        CREATE TABLE IF NOT EXISTS state (
            key TEXT NOT NULL UNIQUE,
            value BLOB NOT NULL,
            etag TEXT NOT NULL,
            expires INTEGER,
            first_write INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS state_expires ON state (expires) WHERE expires IS NOT NULL;
        """;

    /// <summary>How long to wait for another process that is in the middle of its commit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static StoreFile()
    {
        SQLitePCL.Batteries_V2.Init();
        SqliteSleep.Install();
    }

    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, synchronous == SqliteSynchronous.Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            Execute(connection, Schema);
            // From here on the writer waits by itself.
            Execute(connection, "PRAGMA busy_timeout = 0");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenReader() => Open(SqliteOpenMode.ReadOnly);

    SqliteConnection Open(SqliteOpenMode mode)
    {
        // Connections live as long as their store; a pool below us would keep the file open after it.
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {Patience.TotalMilliseconds}"));
        return connection;
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
