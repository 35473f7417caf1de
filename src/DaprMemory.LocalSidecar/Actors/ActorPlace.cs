namespace DaprMemory.LocalSidecar.Actors;

/// <summary>
/// Where the actors of one type live: with the one sidecar, of all processes that share a data folder, that has locked a file there. It writes its
/// address beside it. The lock goes with the process, however it ends.
/// </summary>
internal sealed class ActorPlace : IDisposable
{
    readonly FileStream _lock;
    readonly string _addressPath;

    ActorPlace(FileStream held, string addressPath) => (_lock, _addressPath) = (held, addressPath);

    /// <summary>Takes the actors of a type; null: another sidecar has them.</summary>
    public static ActorPlace? TryTake(string folder, string type, Uri sidecar)
    {
        FileStream held;
        try
        {
            held = new FileStream(PathOf(folder, type, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            return null;
        }
        var path = PathOf(folder, type, "address");
        File.WriteAllText(path + ".new", sidecar.ToString());
        File.Move(path + ".new", path, overwrite: true);
        return new ActorPlace(held, path);
    }

    /// <summary>Whose sidecar has, or had until it died, the actors of a type; null: nobody's.</summary>
    public static Uri? Find(string folder, string type)
    {
        try
        {
            return new Uri(File.ReadAllText(PathOf(folder, type, "address")));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        File.Delete(_addressPath);
        _lock.Dispose();
    }

    // Types are named by apps: what may not stand in a file's name is escaped.
    static string PathOf(string folder, string type, string what) => Path.Combine(folder, $"actors-{Uri.EscapeDataString(type)}.{what}");
}
