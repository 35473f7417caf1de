namespace DaprMemory.Cli.Tests.Models;

/// <summary>A test that needs a shell; skipped, and counted so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "the script that stands for npm needs a shell";
    }
}
