namespace DaprMemory.LocalSidecar.State;

/// <summary>One change that a request asks for: a save, or a delete when <see cref="IsDelete"/>.</summary>
internal sealed record StateOperation
{
    const string FirstWrite = "first-write";

    /// <summary>The key as stored, with its prefix.</summary>
    public required string Key { get; init; }

    public bool IsDelete { get; init; }

    /// <summary>The JSON text to store.</summary>
    public byte[] Value { get; init; } = [];

    public string? ETag { get; init; }

    public string? Concurrency { get; init; }

    public string? Consistency { get; init; }

    /// <summary>The text of <c>ttlInSeconds</c>; stores differ in what they accept.</summary>
    public string? Ttl { get; init; }

    /// <summary>An empty ETag is none.</summary>
    public bool HasETag => !string.IsNullOrEmpty(ETag);

    public bool IsFirstWrite => Concurrency == FirstWrite;

    public bool IsLastWrite => Concurrency == "last-write";

    /// <summary>What is wrong with the options, or null.</summary>
    public string? CheckOptions() =>
        Concurrency is not (null or "" or FirstWrite or "last-write") ? $"unrecognized concurrency model '{Concurrency}'"
        : Consistency is not (null or "" or "strong" or "eventual") ? $"unrecognized consistency model '{Consistency}'"
        : null;
}
