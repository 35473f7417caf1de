using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>Names an actor.</summary>
internal readonly record struct ActorName(string Type, string Id);

/// <summary>A reminder of an actor, and when it comes next.</summary>
internal sealed record Reminder
{
    public required ActorName Actor { get; init; }

    public required string Name { get; init; }

    /// <summary>What comes with it: any JSON.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>When it comes first, as it was written.</summary>
    public string DueTime { get; init; } = "";

    /// <summary>Zero: it does not come again.</summary>
    public TimeSpan Period { get; init; }

    /// <summary>How often it still comes; null: for ever.</summary>
    public int? TimesLeft { get; init; }

    /// <summary>When it comes next.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>From when on it does not come any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The reminder after it came; null: that was the last time. What was missed meanwhile is not made up for.</summary>
    public Reminder? Next(DateTimeOffset now)
    {
        if (TimesLeft == 1 || Period == TimeSpan.Zero)
            return null;
        var due = DueAt + Period;
        var next = this with { DueAt = due > now ? due : now + Period, TimesLeft = TimesLeft - 1 };
        return next.DueAt >= ExpiresAt ? null : next;
    }
}

[JsonSerializable(typeof(Reminder))]
internal sealed partial class ReminderJson : JsonSerializerContext;
