using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Curator.Telemetry;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator.Tenants;

/// <summary>Gives each tenant its curator: once after the start of this service, soon after the tenant's first write, and once a day. In between the reminders keep it going.</summary>
internal sealed partial class TenantStarter(
    SpaceDirectory directory,
    IActorProxyFactory actors,
    IOptions<CuratorOptions> options,
    CuratorInstruments instruments,
    TimeProvider time,
    ILogger<TenantStarter> logger) : BackgroundService
{
    const int PageSize = 256;

    // The sidecar hosts actors only once it has found this service listening.
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    // A call waits for its turn behind what the actor is doing.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // So that a scheduler that has lost its reminders has them again some day, without anybody's doing.
    static readonly TimeSpan Renewal = TimeSpan.FromDays(1);

    readonly HashSet<string> _started = new(StringComparer.Ordinal);
    bool _isFailing;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            if (time.GetElapsedTime(renewed) >= Renewal)
            {
                _started.Clear();
                renewed = time.GetTimestamp();
            }
            var isDone = await StartAllAsync(stoppingToken);
            if (isDone == _isFailing)
                LogChange(isDone ? "have" : "can't be given");
            _isFailing = !isDone;
            var scan = options.Value.TenantScanPeriod;
            await Task.Delay(isDone || scan < Retry ? scan : Retry, time, stoppingToken);
        }
    }

    async Task<bool> StartAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            string? after = null;
            DirectoryPage page;
            do
            {
                page = await directory.ListTenantsAsync(after, PageSize, stoppingToken);
                foreach (var tenant in page.Names.Where(tenant => !_started.Contains(tenant)))
                {
                    if (!await TryStartAsync(tenant, stoppingToken))
                        return false;
                }
                after = page.IsMoreLeft ? page.Names[^1] : null;
            }
            while (after is not null);
            return true;
        }
        catch (Exception e) when (e is StoreUnavailableException or LogCorruptException)
        {
            LogNoTenants(e);
            return false;
        }
    }

    async Task<bool> TryStartAsync(string tenant, CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(Patience);
        try
        {
            await actors.Create(new ActorId(tenant), TenantCurator.TypeName).InvokeMethodAsync(nameof(ITenantCurator.StartAsync), patience.Token);
        }
        // Both SDKs' ways to fail.
        catch (Exception e) when (e is DaprException or HttpRequestException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            LogNotStarted(e, tenant);
            instruments.RecordStart(isDone: false);
            return false;
        }
        instruments.RecordStart(isDone: true);
        _started.Add(tenant);
        return true;
    }

    [LoggerMessage(1, LogLevel.Information, "All tenants {State} their reminders", EventName = "TenantsStarted")]
    partial void LogChange(string state);

    [LoggerMessage(2, LogLevel.Warning, "The tenants can't be listed", EventName = "TenantsUnknown")]
    partial void LogNoTenants(Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "The curator of {Tenant} can't be started yet", EventName = "TenantNotStarted")]
    partial void LogNotStarted(Exception exception, string tenant);
}
