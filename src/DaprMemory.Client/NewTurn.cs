using System.Text.Json;

namespace DaprMemory.Client;

/// <summary>A turn to be appended to a session.</summary>
/// <param name="Role">In what role it is said, such as <c>user</c> or <c>assistant</c>: 1 to 64 characters.</param>
public sealed record NewTurn(string Role)
{
    /// <summary>What is said; null when it is made of parts.</summary>
    public string? Text { get; init; }

    /// <summary>What is said, if it is made of parts: a JSON array, UTF-8; read back byte for byte.</summary>
    public ReadOnlyMemory<byte>? Parts { get; init; }

    /// <summary>Who said it; null for who appends it.</summary>
    public string? Agent { get; init; }

    /// <summary>When; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>A JSON object of the agent's own, UTF-8; read back byte for byte.</summary>
    public ReadOnlyMemory<byte>? Metadata { get; init; }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, Role);
        if (Text is not null)
            json.WriteString("text"u8, Text);
        Write("parts", Parts);
        if (Agent is not null)
            json.WriteString("agent"u8, Agent);
        if (At is { } at)
            json.WriteString("at"u8, at);
        Write("metadata", Metadata);
        json.WriteEndObject();

        void Write(string name, ReadOnlyMemory<byte>? value)
        {
            if (value is not { } raw)
                return;
            json.WritePropertyName(name);
            json.WriteRawValue(raw.Span);
        }
    }
}
