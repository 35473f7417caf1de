using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Core.Models;

/// <summary>Where a model answers over HTTP, as OpenAI's API does and many others like it.</summary>
public sealed record ModelEndpointOptions
{
    /// <summary>The address before <c>/embeddings</c> or <c>/chat/completions</c>.</summary>
    /// <value>For example <c>https://api.example.com/v1</c>.</value>
    public Uri? Address { get; init; }

    /// <summary>The model's name there.</summary>
    public string Model { get; init; } = "";

    /// <summary>The key that is sent as a bearer token.</summary>
    /// <value>The default is none.</value>
    public string? ApiKey { get; init; }

    /// <summary>A file with that key, read for each request so that it may change.</summary>
    /// <value>The default is none.</value>
    public string? ApiKeyFile { get; init; }

    /// <summary>How long one attempt may take.</summary>
    /// <value>Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request that failed for now (408, 429, 5xx, no answer) is made again.</summary>
    /// <value>Default 3.</value>
    [Range(0, 20)]
    public int Retries { get; init; } = 3;

    /// <summary>The longest pause before that, even if the endpoint asks for more; the first, if it asks for nothing, is a hundredth of it.</summary>
    /// <value>Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is missing or contradictory, one sentence each.</summary>
    public IEnumerable<string> Errors()
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return $"{nameof(Address)} is an http or https address, such as https://api.example.com/v1";
        if (Model.Length == 0)
            yield return $"{nameof(Model)} is missing";
        if (ApiKey is { Length: > 0 } && ApiKeyFile is { Length: > 0 })
            yield return $"{nameof(ApiKey)} and {nameof(ApiKeyFile)} exclude each other";
    }
}
