using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace DaprMemory.Service.Models;

/// <summary>A chat client over the part of OpenAI's HTTP API that its many imitators have: texts in, one text out.</summary>
internal sealed class OpenAIChatClient : IChatClient
{
    readonly HttpClient _http;
    readonly Uri _address;
    readonly string _model;

    /// <param name="options">With an endpoint and a model.</param>
    public OpenAIChatClient(ChatModelOptions options)
    {
        _address = new Uri(options.Endpoint!.AbsoluteUri.TrimEnd('/') + "/chat/completions");
        _model = options.Model;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false }) { Timeout = options.Timeout };
        if (options.ApiKey is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new CompletionRequest(
            options?.ModelId ?? _model, [.. messages.Select(message => new CompletionMessage(message.Role.Value, message.Text))], options?.MaxOutputTokens, options?.Temperature);
        using var answer = await _http.PostAsJsonAsync(_address, request, CompletionJson.Default.CompletionRequest, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var response = await answer.Content.ReadFromJsonAsync(CompletionJson.Default.CompletionResponse, cancellationToken);
        return response is { Choices: [{ Message.Content: { } text }, ..] }
            ? new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { ModelId = response.Model }
            : throw new HttpRequestException("the model's answer has no text");
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            yield return update;
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}

/// <summary>What is asked of the model.</summary>
internal sealed record CompletionRequest(
    string Model,
    IReadOnlyList<CompletionMessage> Messages,
    [property: JsonPropertyName("max_tokens")] int? MaxTokens,
    float? Temperature);

/// <summary>One message, either way.</summary>
internal sealed record CompletionMessage(string Role, string? Content);

/// <summary>What the model answers.</summary>
internal sealed record CompletionResponse(string? Model, IReadOnlyList<CompletionChoice>? Choices);

/// <summary>One of its answers; there is just one.</summary>
internal sealed record CompletionChoice(CompletionMessage? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionResponse))]
internal sealed partial class CompletionJson : JsonSerializerContext;
