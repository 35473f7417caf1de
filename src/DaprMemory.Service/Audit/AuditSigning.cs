namespace DaprMemory.Service.Audit;

/// <summary>Whether commits are signed.</summary>
public enum AuditSigning
{
    /// <summary>Every commit is; the service does not start without a key.</summary>
    Required,

    /// <summary>None is: a log shows that it hangs together, and not who wrote it.</summary>
    Off,
}
