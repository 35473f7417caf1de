namespace DaprMemory.Cli.Commands;

/// <summary>What the exit code says; part of every command's help.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int PreconditionFailed = 4;
    public const int Unavailable = 5;
    public const int NotAsWritten = 6;
}
