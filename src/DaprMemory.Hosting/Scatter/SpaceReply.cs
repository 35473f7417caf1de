using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Scatter;

/// <summary>What one space answered, or that it did not.</summary>
/// <param name="Space">The space.</param>
/// <param name="Status">The status; 0: no answer came in time.</param>
/// <param name="Headers">The answer's headers.</param>
/// <param name="Body">The answer's body.</param>
internal sealed record SpaceReply(string Space, int Status, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Why a space gave no answer, as the client is told.</summary>
    public const string TimedOut = "timeout", IsUnavailable = "unavailable", IsRefused = "refused";

    /// <summary>Whether it is what was asked for.</summary>
    public bool IsAnswer => Status == StatusCodes.Status200OK;

    /// <summary>Whether the space does not want to answer, and will not another time.</summary>
    public bool IsRefusal => Status is >= 400 and < 500;

    /// <summary>Why there is no answer.</summary>
    public string Reason => Status == 0 ? TimedOut : IsRefusal ? IsRefused : IsUnavailable;

    /// <summary>The reply of a space whose time was over.</summary>
    public static SpaceReply Late(string space) => new(space, 0, new HeaderDictionary(), default);

    /// <summary>Says in the answer which space it was and why it gave none.</summary>
    public void WriteReason(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("space", Space);
        writer.WriteString("reason", Reason);
        if (Status > 0)
            writer.WriteNumber("status", Status);
        foreach (var member in new[] { "type", "detail" })
        {
            if (ProblemMember(member) is { } text)
                writer.WriteString(member, text);
        }
        writer.WriteEndObject();
    }

    string? ProblemMember(string name)
    {
        try
        {
            using var problem = JsonDocument.Parse(Body);
            return problem.RootElement.ValueKind == JsonValueKind.Object && problem.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            // Not one of ours, or none at all; the status still stands.
            return null;
        }
    }
}
