namespace DaprMemory.Cli.Up;

/// <summary>Keeps a second cluster away from a data folder. The lock goes with the process, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    readonly FileStream _file;

    DataLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process uses the folder, or it can't be written; the message says which.</exception>
    public static DataLock Take(string dataPath)
    {
        try
        {
            Directory.CreateDirectory(dataPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder {dataPath} can't be made: {e.Message}", e);
        }
        try
        {
            return new DataLock(new FileStream(Path.Combine(dataPath, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new IOException($"The data folder {dataPath} is used by another `daprmem up`.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder {dataPath} can't be written: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    // .NET gives the system's own code: Linux' EAGAIN, macOS' EAGAIN, Windows' sharing violation.
    static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
