using System.Text;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Memories;

/// <summary>What a memory may be. Each check gives the broken rule as text, or null.</summary>
internal static class MemoryRules
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = Memory.MaxTextBytes;

    /// <summary>The most links of a memory.</summary>
    public const int MaxLinks = 64;

    /// <summary>The longest name of who said something, in characters.</summary>
    public const int MaxAgentLength = 128;

    /// <summary>Whether the text is longer than a text may be.</summary>
    public static bool IsTooLong(string? text) => text is not null && Encoding.UTF8.GetByteCount(text) > MaxTextBytes;

    /// <summary>Checks all that a body says, but for the length of its text.</summary>
    public static string? Check(MemoryBody body) =>
        string.IsNullOrWhiteSpace(body.Text) ? "a memory has a text"
        : body.Id is { } id && MemoryId.Check(id) is { } idRule ? idRule
        : body.Agent is { } agent && CheckAgent(agent) is { } agentRule ? agentRule
        : body.Tags is { } tags && (tags.Contains(null) ? "a tag is a string" : RecordRules.CheckTags(tags)) is { } tagRule ? tagRule
        : body.Importance is not null and not (>= 0 and <= 1) ? "importance is a number from 0 to 1"
        : body.Source is { } source && Check(source) is { } sourceRule ? sourceRule
        : body.ValidTo <= body.ValidFrom ? "validTo is later than validFrom"
        : body.Links is { } links && Check(links) is { } linkRule ? linkRule
        : CheckReference(body.Supersedes, body.Id, "supersedes") ?? CheckReference(body.SupersededBy, body.Id, "supersededBy")
        ?? (body.Ttl is < 1 or > RecordRules.MaxTimeToLiveSeconds ? $"ttl is a whole number from 1 to {RecordRules.MaxTimeToLiveSeconds}" : null);

    /// <summary>Checks a conversation's id.</summary>
    public static string? CheckSession(string session) =>
        session.Contains('@', StringComparison.Ordinal) || Names.CheckSpace(session) is not null
            ? "a session has 1 to 128 of A-Z, a-z, 0-9 and . _ ~ -, and is not '.' or '..'"
            : null;

    /// <summary>Checks who said something: unlike the agents that make requests, anybody.</summary>
    public static string? CheckAgent(string agent) =>
        agent.Length is 0 or > MaxAgentLength || agent.Any(char.IsControl) ? "an agent of a memory has 1 to 128 characters, none of them a control character" : null;

    static string? Check(MemorySource source) => CheckSession(source.Session) ?? (source.Turn < 1 ? "turns count from 1" : null);

    static string? Check(MemoryLink[] links) =>
        links.Length > MaxLinks ? $"a memory has at most {MaxLinks} links"
        : links.Any(link => link is null || MemoryId.Check(link.To) is not null || RecordRules.CheckTags([link.Type]) is not null || link.Score is not null and not (>= 0 and <= 1))
            ? "a link has a target, to, the id of a memory, and a type, which has the form of a tag"
        : links.DistinctBy(link => (link.To, link.Type)).Count() < links.Length ? "a memory has each link once"
        : null;

    static string? CheckReference(string? other, string? id, string name) =>
        other is null ? null
        : MemoryId.Check(other) is not null ? $"{name} is an id of a memory"
        : other == id ? $"{name} is another memory"
        : null;
}
