namespace DaprMemory.Deployment.Tests.Support;

/// <summary>The tools that tools.sh brings, once for all tests.</summary>
internal static class Tools
{
    static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <summary>The folder they are in.</summary>
    public static Task<string> GetAsync() => Folder.Value;

    static async Task<string> InstallAsync()
    {
        var folder = Environment.GetEnvironmentVariable("DAPRMEMORY_TOOLS") is { Length: > 0 } given
            ? given
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "daprmemory",
                "tools");
        await Command.RunAsync("bash", Path.Combine(Project.Tests, "tools.sh"), folder);
        return folder;
    }
}
