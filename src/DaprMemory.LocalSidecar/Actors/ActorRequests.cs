using System.Text.Json;
using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>Reads the bodies of the actor API, and says what is wrong with them as daprd does.</summary>
internal static class ActorRequests
{
    static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create("/\\#?");

    /// <summary>Reads what a reminder shall be.</summary>
    public static DaprError? ParseReminder(in RequestBody body, ActorName actor, string name, DateTimeOffset now, out Reminder? reminder)
    {
        reminder = null;
        if (name.AsSpan().ContainsAny(Forbidden) || name.Any(char.IsControl) || name.Length == 0)
            return new DaprError(StatusCodes.Status400BadRequest, "ERR_BAD_REQUEST", $"reminder name '{name}' has characters that are not allowed");
        if (body.IsTooLarge)
            return DaprError.Malformed("failed deserializing HTTP body: stream too large");
        Fields? fields;
        try
        {
            fields = body.Bytes.IsEmpty ? new Fields(null, null, null, null) : JsonSerializer.Deserialize<Fields>(body.Bytes, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            return DaprError.Malformed("failed deserializing HTTP body: " + e.Message);
        }
        var (dueAt, expiresAt) = (now, (DateTimeOffset?)null);
        if (fields?.DueTime is { Length: > 0 } dueTime && !ActorTime.TryParse(dueTime, now, out dueAt))
            return NotCreated("due time format not recognized");
        if (!ActorTime.TryParsePeriod(fields?.Period ?? "", out var period, out var times))
            return NotCreated("unsupported period format");
        if (fields?.Ttl is { Length: > 0 } ttl)
        {
            if (!ActorTime.TryParse(ttl, now, out DateTimeOffset at))
                return NotCreated("TTL format not recognized");
            expiresAt = at;
        }
        reminder = new Reminder
        {
            Actor = actor,
            Name = name,
            Data = fields?.Data,
            DueTime = fields?.DueTime ?? "",
            Period = period,
            TimesLeft = times,
            DueAt = dueAt,
            ExpiresAt = expiresAt,
        };
        return null;
    }

    public static DaprError NotCreated(string why) =>
        new(StatusCodes.Status500InternalServerError, "ERR_ACTOR_REMINDER_CREATE", $"error creating actor reminder: {why}");

    sealed record Fields(string? DueTime, string? Period, string? Ttl, JsonElement? Data);
}
