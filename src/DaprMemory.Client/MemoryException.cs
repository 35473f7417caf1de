using System.Net;

namespace DaprMemory.Client;

/// <summary>The service refused a request, or gave no usable answer in the attempts it was allowed.</summary>
public sealed class MemoryException : Exception
{
    internal MemoryException(string message, HttpStatusCode? status = null, string? type = null, bool isUnavailable = false, string? outcome = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
        Type = type;
        IsUnavailable = isUnavailable;
        Outcome = outcome;
    }

    /// <summary>The status of the last answer; null if there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The problem type, such as <c>urn:daprmemory:invalid-key</c>; null if the answer named none.</summary>
    public string? Type { get; }

    /// <summary>The service can't be reached or can't serve now; the same request may succeed later.</summary>
    public bool IsUnavailable { get; }

    /// <summary>What became of a write that was not answered: <c>none</c> (certainly nothing), <c>unknown</c>; null when the service did not say.</summary>
    public string? Outcome { get; }

    /// <summary>The idempotency key of the write that failed; repeating the same write with it is safe. Null for reads.</summary>
    public string? IdempotencyKey { get; internal init; }
}
