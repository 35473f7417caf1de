namespace DaprMemory.EndToEnd.Tests;

/// <summary>A folder of one test's own, gone with it.</summary>
sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("daprmemory-e2e-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
