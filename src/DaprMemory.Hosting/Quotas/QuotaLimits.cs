namespace DaprMemory.Hosting.Quotas;

/// <summary>What holds for one tenant at one service; null where there is no limit.</summary>
/// <param name="Requests">Requests, and how many at once.</param>
/// <param name="Bytes">Bytes of their bodies, and how many at once.</param>
/// <param name="Concurrent">Requests under way.</param>
/// <param name="WatchStreams">Watches.</param>
/// <param name="OpenSpaces">Spaces in memory.</param>
internal sealed record QuotaLimits(QuotaRate? Requests, QuotaRate? Bytes, int? Concurrent, int? WatchStreams, int? OpenSpaces)
{
    /// <summary>Whether requests have any.</summary>
    public bool AreOnRequests => Requests is not null || Bytes is not null || Concurrent is not null || WatchStreams is not null;

    public static QuotaLimits Of(QuotaOptions options, TenantQuota? own) => new(
        Rate(Limit(own?.RequestsPerSecond ?? options.Default.RequestsPerSecond), own?.RequestBurst ?? options.Default.RequestBurst, 1, options.Instances),
        Rate(Limit(own?.BytesPerSecond ?? options.Default.BytesPerSecond), own?.ByteBurst ?? options.Default.ByteBurst, QuotaOptions.LargestRequestBytes, options.Instances),
        Part(own?.Concurrent ?? options.Default.Concurrent, options.Instances),
        Part(own?.WatchStreams ?? options.Default.WatchStreams, options.Instances),
        Part(own?.OpenSpaces ?? options.Default.OpenSpaces, 1));

    static QuotaRate? Rate(double? perSecond, int? burst, int leastBurst, int instances) =>
        perSecond / instances is not { } rate ? null
        : new(rate, (int)Math.Clamp(Math.Ceiling(burst is { } given ? (double)given / instances : rate), leastBurst, int.MaxValue));

    static double? Limit(double? value) => value is > 0 ? value : null;

    static int? Part(int? value, int instances) => value is > 0 ? (value + instances - 1) / instances : null;
}
