using Dapr.Actors.Runtime;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Curator.Tenants;

/// <summary>
/// Does the duties of one tenant, each when its reminder comes. It has no state: what it needs to know is in the store, so that a second one of the same
/// tenant, which placement may give for a moment, costs work and harms nothing.
/// </summary>
internal sealed partial class TenantCurator(
    ActorHost host,
    IEnumerable<ScheduledDuty> duties,
    TenantPass pass,
    IHostApplicationLifetime lifetime,
    Random random,
    ILogger<TenantCurator> logger) : Actor(host), ITenantCurator, IRemindable
{
    /// <summary>The actor type's name.</summary>
    public const string TypeName = nameof(TenantCurator);

    // Within this time the first ones come: soon, but not those of all tenants at once.
    static readonly TimeSpan Spread = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public async Task StartAsync()
    {
        foreach (var (duty, period) in duties)
        {
            var dueTime = (period < Spread ? period : Spread) * random.NextDouble();
            await RegisterReminderAsync(duty.Name, [], dueTime, period);
        }
    }

    /// <inheritdoc />
    /// <remarks>What fails is not thrown: the reminder comes again, and four tries within seconds would find the store as it is.</remarks>
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        var tenant = Id.GetId();
        // Actor calls name any id, and old versions may have left reminders.
        if (Names.CheckTenant(tenant) is not null || duties.FirstOrDefault(scheduled => scheduled.Duty.Name == reminderName) is not { } found)
        {
            LogUnknown(reminderName);
            return;
        }
        await pass.RunAsync(tenant, found.Duty, lifetime.ApplicationStopping);
    }

    [LoggerMessage(1, LogLevel.Warning, "A reminder is ignored that no duty of a tenant has: {Reminder}", EventName = "ReminderUnknown")]
    partial void LogUnknown(string reminder);
}
