namespace DaprMemory.Client.Transport;

/// <summary>The header names of the HTTP API.</summary>
static class MemoryHeaders
{
    public const string Agent = "Memory-Agent";
    public const string Attempt = "Memory-Attempt";
    public const string Consistency = "Memory-Consistency";
    public const string IdempotencyKey = "Idempotency-Key";
    public const string Shard = "Memory-Shard";
    public const string Source = "Memory-Source";
    public const string Token = "Memory-Token";
    public const string Version = "Memory-Version";
}
