namespace DaprMemory.Service.Audit;

/// <summary>Where the keys that commits are signed with come from.</summary>
internal interface IAuditKeySource
{
    /// <summary>How often they are read again.</summary>
    TimeSpan Interval { get; }

    /// <summary>Reads their text.</summary>
    /// <exception cref="AuditKeyException">It can't be had now.</exception>
    Task<byte[]> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>The keys can't be had now, or make no sense. The message says nothing of them.</summary>
internal sealed class AuditKeyException(string message, Exception? innerException = null) : Exception(message, innerException);
