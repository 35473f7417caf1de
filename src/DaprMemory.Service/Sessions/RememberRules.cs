using DaprMemory.Core.Sessions;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Sessions;

/// <summary>What may be said of turns that are remembered. Each check gives the broken rule as text, or null.</summary>
internal static class RememberRules
{
    /// <summary>The most roles that turns may be chosen by.</summary>
    public const int MaxRoles = 16;

    /// <summary>Checks what a request says.</summary>
    public static string? Check(RememberBody body) =>
        body.From < 1 || body.To < 1 ? "turns count from 1"
        : body.To < body.From ? "to is not less than from"
        : body.Roles is { } roles && CheckRoles(roles) is { } roleRule ? roleRule
        : body.Tags is { } tags && (tags.Contains(null) ? "a tag is a string" : RecordRules.CheckTags(tags)) is { } tagRule ? tagRule
        : body.Importance is not null and not (>= 0 and <= 1) ? "importance is a number from 0 to 1"
        : body.Ttl is < 1 or > RecordRules.MaxTimeToLiveSeconds ? $"ttl is a whole number from 1 to {RecordRules.MaxTimeToLiveSeconds}"
        : null;

    /// <summary>Checks what a tenant's policy says.</summary>
    public static string? Check(RememberPolicy policy) =>
        policy.Roles.Count > 0 && CheckRoles([.. policy.Roles]) is { } roleRule ? roleRule
        // With the one of facts.
        : policy.Tags.Count > 0 && (policy.Tags.Count == RecordRules.MaxTags ? "at most 15 tags" : RecordRules.CheckTags([.. policy.Tags])) is { } tagRule ? tagRule
        : policy.Importance is not null and not (>= 0 and <= 1) ? "Importance is a number from 0 to 1"
        : policy.TimeToLive?.TotalSeconds is < 1 or > RecordRules.MaxTimeToLiveSeconds ? "TimeToLive is a second to ten years"
        : policy.AfterTurns is < 1 or > 256 ? "AfterTurns is a whole number from 1 to 256"
        : policy.AfterQuiet < TimeSpan.Zero || policy.AfterQuiet > TimeSpan.FromHours(1) ? "AfterQuiet is at most an hour"
        : null;

    static string? CheckRoles(string?[] roles) =>
        roles.Length is 0 or > MaxRoles ? $"there are 1 to {MaxRoles} roles"
        : roles.Any(role => role is not { Length: > 0 and <= TurnReader.MaxRoleLength }) ? $"a role has 1 to {TurnReader.MaxRoleLength} characters"
        : null;
}
