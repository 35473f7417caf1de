namespace DaprMemory.Deployment.Tests.Support;

/// <summary>The tools that tools.sh brings, once for all tests.</summary>
internal static class Tools
{
    static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <summary>The folder they are in.</summary>
    public static Task<string> GetAsync() => Folder.Value;

    static async Task<string> InstallAsync()
    {
        // As tests/cluster/run.sh has it.
        var folder = Variable("DAPRMEMORY_TOOLS") ?? Path.Combine(
            Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "daprmemory", "tools");
        await Command.RunAsync("bash", Path.Combine(Project.Tests, "tools.sh"), folder);
        return folder;
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
