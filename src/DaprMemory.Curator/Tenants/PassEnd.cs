namespace DaprMemory.Curator.Tenants;

/// <summary>How a stretch of work ended.</summary>
internal enum PassEnd
{
    /// <summary>Behind the last space.</summary>
    Complete,

    /// <summary>Before that, because its time was over or the service stops; the next one goes on there.</summary>
    Interrupted,

    /// <summary>Before that, because the store or the broker can't be used.</summary>
    Failed,
}
