using System.Net.Http.Headers;
using System.Text;

namespace DaprMemory.LocalSidecar.Tests;

/// <summary>Talks to one sidecar as an app would, without anything of Dapr's.</summary>
internal sealed class DaprClient(Uri address) : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = address };

    public HttpClient Http => _http;

    public async Task<Answer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (request.Content is not null && headers.FirstOrDefault(header => header.Name == "Content-Type") is { Value: { } contentType })
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers)
        {
            if (name != "Content-Type")
                request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await _http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    /// <summary>Saves one key of the store <c>strong</c> if it does not exist.</summary>
    public Task<Answer> CreateAsync(string key, string value) =>
        PostAsync("/v1.0/state/strong", $$$"""[{"key":"{{{key}}}","value":"{{{value}}}","options":{"concurrency":"first-write"}}]""");

    public void Dispose() => _http.Dispose();
}
