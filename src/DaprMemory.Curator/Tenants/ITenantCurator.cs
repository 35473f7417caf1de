using Dapr.Actors;

namespace DaprMemory.Curator.Tenants;

/// <summary>The curator of one tenant; its actor id is the tenant's name.</summary>
public interface ITenantCurator : IActor
{
    /// <summary>Sees to it that the tenant's reminders are there. It may be called any number of times.</summary>
    Task StartAsync();
}
