using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>
/// Gives SQLite a sleep as fine as it asks for. The library that we get was built without usleep and sleeps for a whole second where a
/// reader that meets another process's commit wants a microsecond.
/// </summary>
internal static unsafe partial class SqliteSleep
{
    static readonly Lock Gate = new();

    /// <summary>Replaces the sleep of the default VFS of this process.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            var vfs = FindVfs(null);
            if (vfs is not null)
                vfs->Sleep = &Sleep;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Sleep(Vfs* vfs, int microseconds)
    {
        Thread.Sleep(TimeSpan.FromMicroseconds(Math.Max(1000, microseconds)));
        return microseconds;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial Vfs* FindVfs(byte* name);

    /// <summary>The beginning of <c>sqlite3_vfs</c>, which SQLite promises never to change.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public void* Open;
        public void* Delete;
        public void* Access;
        public void* FullPath;
        public void* LibraryOpen;
        public void* LibraryError;
        public void* LibrarySymbol;
        public void* LibraryClose;
        public void* Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
    }
}
