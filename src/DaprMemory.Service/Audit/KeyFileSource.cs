namespace DaprMemory.Service.Audit;

/// <summary>Keys in a file. Its content is read each time: what a mounted secret's links and times say of changes differs between systems.</summary>
internal sealed class KeyFileSource(string path) : IAuditKeySource
{
    const int MaxBytes = 1024 * 1024;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? await File.ReadAllBytesAsync(path, cancellationToken)
                : throw new AuditKeyException($"{path} is longer than {MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditKeyException($"{path}: {e.Message}", e);
        }
    }
}
