namespace DaprMemory.Hosting.Requests;

/// <summary>The names of the HTTP API's own headers.</summary>
public static class MemoryHeaders
{
    /// <summary>Request: who acts.</summary>
    public const string Agent = "Memory-Agent";

    /// <summary>Request: the level asked for. Response: the level given.</summary>
    public const string Consistency = "Memory-Consistency";

    /// <summary>What a client has seen, opaque.</summary>
    public const string Token = "Memory-Token";

    /// <summary>Response: the version served.</summary>
    public const string Version = "Memory-Version";

    /// <summary>Response: where a value came from.</summary>
    public const string Source = "Memory-Source";

    /// <summary>Response: how old the view served may be, in whole seconds.</summary>
    public const string Staleness = "Memory-Staleness";

    /// <summary>Response: the shard that answered.</summary>
    public const string Shard = "Memory-Shard";

    /// <summary>Request, from the router to a shard: the Dapr app that called the router. Never a client's to set.</summary>
    public const string CallerApp = "Memory-Caller-App";

    /// <summary>Request: marks repeats of one request.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Request: which attempt this is, from 1.</summary>
    public const string Attempt = "Memory-Attempt";
}
