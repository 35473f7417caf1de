namespace Dapr.Client;

/// <summary>Which of two writers wins.</summary>
public enum ConcurrencyMode
{
    /// <summary>The first: a write must match the current ETag, or create the key.</summary>
    FirstWrite,

    /// <summary>The last.</summary>
    LastWrite,
}
