using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Service.Models;

/// <summary>The language model that writes summaries and draws facts: any with an OpenAI-compatible HTTP API.</summary>
public sealed class ChatModelOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Models:Chat";

    /// <summary>Where the API is, up to and with its version.</summary>
    /// <value>For example <c>http://localhost:11434/v1</c>. The default is none: then no model is used.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The model's name.</summary>
    /// <value>Needed with an endpoint.</value>
    public string Model { get; set; } = "";

    /// <summary>The key that is sent as a bearer token.</summary>
    /// <value>The default is none.</value>
    public string? ApiKey { get; set; }

    /// <summary>How long an answer may take.</summary>
    /// <value>Default 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:30:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);
}
