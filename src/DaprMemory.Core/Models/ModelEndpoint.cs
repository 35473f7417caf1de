using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DaprMemory.Core.Models;

/// <summary>Asks a model over HTTP, and asks again when it failed for now.</summary>
/// <param name="http">The client; its own timeout should be none.</param>
/// <param name="options">Where, and how patiently.</param>
/// <param name="time">The clock.</param>
public sealed class ModelEndpoint(HttpClient http, ModelEndpointOptions options, TimeProvider time)
{
    /// <summary>The model's name.</summary>
    public string Model => options.Model;

    /// <summary>Where it is.</summary>
    public Uri Address { get; } = new($"{options.Address!.AbsoluteUri.TrimEnd('/')}/");

    /// <summary>Posts a request.</summary>
    /// <param name="path">What is asked for, such as <c>embeddings</c>.</param>
    /// <param name="request">The body.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="answerType">How the answer is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The body of the answer.</returns>
    /// <exception cref="HttpRequestException">It refused (with its status), or failed to the last. What it said is left out: it may quote the request.</exception>
    public async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? wanted = null;
            try
            {
                using var limit = new CancellationTokenSource(options.Timeout, time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = JsonContent.Create(request, requestType) };
                if (await KeyAsync(both.Token).ConfigureAwait(false) is { Length: > 0 } key)
                    message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                    return await answer.Content.ReadFromJsonAsync(answerType, both.Token).ConfigureAwait(false) ?? throw new JsonException("null");
                wanted = answer.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null;
                throw new HttpRequestException($"{Address.Authority} answered {(int)answer.StatusCode} for {path}", null, answer.StatusCode);
            }
            catch (Exception e) when (Failure(e, path, cancellationToken) is { } failure)
            {
                if (attempt >= options.Retries || !IsForNow(failure.StatusCode))
                {
                    if (ReferenceEquals(failure, e))
                        throw;
                    throw failure;
                }
            }
            await Task.Delay(Pause(attempt, wanted), time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<string?> KeyAsync(CancellationToken cancellationToken) => options.ApiKeyFile is { Length: > 0 } file
        ? (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim()
        : options.ApiKey;

    /// <summary>What went wrong as one kind of exception; null if nothing did but that the caller has left.</summary>
    HttpRequestException? Failure(Exception e, string path, CancellationToken cancellationToken) => e switch
    {
        HttpRequestException failure => failure,
        OperationCanceledException when !cancellationToken.IsCancellationRequested =>
            new HttpRequestException($"{Address.Authority} gave no answer for {path} within {options.Timeout.TotalSeconds} s", e),
        IOException => new HttpRequestException($"asking {Address.Authority} for {path} failed: {e.Message}", e),
        JsonException => new HttpRequestException($"what {Address.Authority} answered for {path} is not what it should be", e),
        _ => null,
    };

    static bool IsForNow(HttpStatusCode? status) => status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    TimeSpan Pause(int attempt, TimeSpan? wanted)
    {
        var pause = wanted ?? options.LongestPause / 100 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble() / 2);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > options.LongestPause ? options.LongestPause : pause;
    }
}
