using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DaprMemory.Core.Memories;
using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Memories;

/// <summary>Reads memories from bodies of requests.</summary>
internal sealed class MemoryReader(string agent, DateTimeOffset now)
{
    /// <summary>Reads a body's JSON.</summary>
    /// <param name="body">One JSON value, checked.</param>
    /// <param name="type">What it is to be.</param>
    /// <param name="value">What it is.</param>
    public static Problem? TryParse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, out T value)
        where T : class
    {
        value = null!;
        try
        {
            value = JsonSerializer.Deserialize(body, type)!;
            return value is null ? Invalid("the body is an object") : null;
        }
        catch (JsonException wrong)
        {
            return Invalid("a member is unknown, is given twice, or has not the form that it must have", wrong.Path);
        }
    }

    /// <summary>Checks a memory.</summary>
    /// <param name="body">What the client says.</param>
    /// <param name="where">Where in the request it stands, if not alone.</param>
    /// <param name="memory">The memory, with what it leaves open filled in.</param>
    public Problem? TryRead(MemoryBody body, string? where, out NewMemory memory)
    {
        memory = default;
        if (MemoryRules.IsTooLong(body.Text))
            return Problem.ValueTooLarge(MemoryRules.MaxTextBytes, where is null ? "the text of the memory" : $"the text of {where}");
        if (MemoryRules.Check(body) is { } rule)
            return Invalid(rule, where);
        var content = new Memory(body.Text!, body.Agent ?? agent, body.At ?? DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()))
        {
            Tags = body.Tags,
            Importance = body.Importance,
            Source = body.Source,
            ValidFrom = body.ValidFrom,
            ValidTo = body.ValidTo,
            Links = body.Links is { Length: > 0 } ? body.Links : null,
            Supersedes = body.Supersedes,
            SupersededBy = body.SupersededBy,
            Metadata = body.Metadata,
        };
        memory = new NewMemory(
            body.Id ?? MemoryId.Of(content.Text, content.Source), body.Id is not null, content, body.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return memory.Id == content.Supersedes ? Invalid("supersedes is another memory", where) : null;
    }

    static Problem Invalid(string rule, string? where = null) => Problem.Invalid(ProblemTypes.InvalidRequest, rule, where);
}
