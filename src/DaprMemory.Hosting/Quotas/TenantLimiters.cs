using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>What tenants have used of their quotas. A tenant that uses none for a while is forgotten, which gives it nothing: its buckets are full.</summary>
internal sealed class TenantLimiters : IDisposable
{
    readonly TimeProvider _time;
    readonly TimeSpan _patience;
    readonly PartitionedRateLimiter<string> _requests, _bytes, _concurrent, _watches;

    public TenantLimiters(TenantQuotas quotas, IOptions<QuotaOptions> options, TimeProvider time)
    {
        (_time, _patience) = (time, options.Value.Patience);
        var maxWaiting = options.Value.MaxWaiting;
        // Asked for only where there is a limit: what has none is not remembered.
        _requests = PerTenant(tenant => RateLimitPartition.GetTokenBucketLimiter(tenant, _ => quotas.Of(tenant).Requests!.ToBucket(maxWaiting)));
        _bytes = PerTenant(tenant => RateLimitPartition.GetTokenBucketLimiter(tenant, _ => quotas.Of(tenant).Bytes!.ToBucket(maxWaiting: 0)));
        _concurrent = PerTenant(tenant => RateLimitPartition.GetConcurrencyLimiter(tenant, _ => AtOnce(quotas.Of(tenant).Concurrent!.Value, maxWaiting)));
        _watches = PerTenant(tenant => RateLimitPartition.GetConcurrencyLimiter(tenant, _ => AtOnce(quotas.Of(tenant).WatchStreams!.Value, maxWaiting: 0)));
    }

    /// <summary>Takes one request.</summary>
    public ValueTask<RateLimitLease> TakeRequestAsync(string tenant, CancellationToken cancellationToken) => TakeAsync(_requests, QuotaNames.Requests, tenant, cancellationToken);

    /// <summary>Takes so many bytes.</summary>
    public RateLimitLease TakeBytes(string tenant, int count) => _bytes.AttemptAcquire(tenant, count);

    /// <summary>Takes a place among the requests under way, until the lease is given back.</summary>
    public ValueTask<RateLimitLease> TakePlaceAsync(string tenant, CancellationToken cancellationToken) => TakeAsync(_concurrent, QuotaNames.Concurrent, tenant, cancellationToken);

    /// <summary>Takes a place among the watches, until the lease is given back.</summary>
    public RateLimitLease TakeWatch(string tenant) => _watches.AttemptAcquire(tenant);

    public void Dispose()
    {
        _requests.Dispose();
        _bytes.Dispose();
        _concurrent.Dispose();
        _watches.Dispose();
    }

    async ValueTask<RateLimitLease> TakeAsync(PartitionedRateLimiter<string> limiter, string quota, string tenant, CancellationToken cancellationToken)
    {
        var lease = limiter.AttemptAcquire(tenant);
        if (lease.IsAcquired || _patience == TimeSpan.Zero)
            return lease;
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var waited = await limiter.AcquireAsync(tenant, 1, either.Token);
            if (waited.IsAcquired)
                QuotaInstruments.Waited(quota);
            return waited;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It says when there might be more.
            return lease;
        }
    }

    static PartitionedRateLimiter<string> PerTenant(Func<string, RateLimitPartition<string>> partition) => PartitionedRateLimiter.Create(partition, StringComparer.Ordinal);

    static ConcurrencyLimiterOptions AtOnce(int count, int maxWaiting) =>
        new() { PermitLimit = count, QueueLimit = maxWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
