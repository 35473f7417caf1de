using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Curator.Telemetry;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator.Tenants;

/// <summary>Gives each tenant its curator: once after the start of this service, and soon after the tenant's first write. From then on the reminders keep it going.</summary>
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

    readonly HashSet<string> _started = new(StringComparer.Ordinal);
    bool _isFailing;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
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
        try
        {
            await actors.Create(new ActorId(tenant), TenantCurator.TypeName).InvokeMethodAsync(nameof(ITenantCurator.StartAsync), stoppingToken);
        }
        // Both SDKs' ways to fail.
        catch (Exception e) when (e is DaprException or HttpRequestException)
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
