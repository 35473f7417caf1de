namespace DaprMemory.Deployment.Tests.Support;

/// <summary>Where things are.</summary>
internal static class Project
{
    /// <summary>The project's root.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Chart { get; } = In("charts/daprmemory");

    public static string Tests { get; } = In("tests/DaprMemory.Deployment.Tests");

    /// <summary>The chart's example values, each a way to install it.</summary>
    public static string[] ValueFiles { get; } = [.. Directory.GetFiles(In("charts/daprmemory/ci"), "*.yaml").Order(StringComparer.Ordinal)];

    public static string In(string path) => Path.Combine(Root, path);

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DaprMemory.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("there is no DaprMemory.sln above the tests"));
}
