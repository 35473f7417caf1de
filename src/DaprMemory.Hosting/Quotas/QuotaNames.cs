namespace DaprMemory.Hosting.Quotas;

/// <summary>The names of the quotas, as refusals give them.</summary>
public static class QuotaNames
{
    /// <summary><see cref="TenantQuota.RequestsPerSecond"/>.</summary>
    public const string Requests = "requests";

    /// <summary><see cref="TenantQuota.BytesPerSecond"/>.</summary>
    public const string Bytes = "bytes";

    /// <summary><see cref="TenantQuota.Concurrent"/>.</summary>
    public const string Concurrent = "concurrent";

    /// <summary><see cref="TenantQuota.WatchStreams"/>.</summary>
    public const string WatchStreams = "watch-streams";

    /// <summary><see cref="TenantQuota.OpenSpaces"/>.</summary>
    public const string OpenSpaces = "open-spaces";
}
