using DaprMemory.Core.Upkeep;

namespace DaprMemory.Curator.Tenants;

/// <summary>A duty and how often it is due. Each tenant's curator has a reminder for each of these that the container holds.</summary>
/// <param name="Duty">The duty.</param>
/// <param name="Period">How often.</param>
public sealed record ScheduledDuty(ISpaceDuty Duty, TimeSpan Period);
