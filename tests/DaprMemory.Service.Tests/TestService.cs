using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Service.Tests;

/// <summary>The service on a port of its own, over a store that outlives it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    readonly WebApplication _app;

    TestService(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    public HttpClient Client { get; }

    public static Task<TestService> StartAsync() => StartAsync(new InMemoryCommitStore());

    public static Task<TestService> StartAsync(ICommitStore store, params (string Key, string Value)[] settings) =>
        StartAsync(services => services.AddSingleton(store), settings);

    /// <summary>Starts it over the sidecar that the settings name.</summary>
    public static Task<TestService> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <summary>Starts it with services of the test's own, and without hot store and events unless the settings name them.</summary>
    public static async Task<TestService> StartAsync(Action<IServiceCollection> addServices, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] defaults = [("Logging:LogLevel:Default", "None"), ("Memory:HotStore", ""), ("Memory:PubSub", ""), ("Identity:Mode", "Insecure"), ("Audit:Signing", "Off")];
        var app = MemoryService.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(defaults.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
            builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            addServices(builder.Services);
        });
        await app.StartAsync();
        return new TestService(app, new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/v1/acme/agent-1/") });
    }

    /// <summary>Sends a request to a path below the space.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path and query; from the root if it begins with a slash.</param>
    /// <param name="body">Its body: text or bytes, sent as JSON.</param>
    /// <param name="headers">Its other headers, as <c>Name: value</c>.</param>
    public async Task<Answer> SendAsync(string method, string path, object? body = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is HttpContent content)
            request.Content = content;
        else if (body is not null)
        {
            request.Content = new ByteArrayContent(body as byte[] ?? Encoding.UTF8.GetBytes((string)body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        foreach (var header in headers)
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim()).ShouldBeTrue();
        using var response = await Client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>What a counter without tags stands at, or with the tags given. All services of the process count together.</summary>
    public async Task<double> CounterAsync(string series) =>
        (await SendAsync("GET", "/metrics")).Text.Split('\n').Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(series.Length + 1), CultureInfo.InvariantCulture));

    /// <summary>Sends a request line that no client library lets through, and gives the answer's status.</summary>
    public async Task<int> SendRawAsync(string requestLine)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", Client.BaseAddress!.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{requestLine} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1]);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? ETag => Headers.GetValueOrDefault("ETag");

    public string Token => Headers["Memory-Token"];

    /// <summary>Expects a refusal of a type.</summary>
    public JsonElement ShouldBeProblem(int status, string type)
    {
        Status.ShouldBe(status, Text);
        Headers["Content-Type"].ShouldBe("application/problem+json");
        Json.GetProperty("type").GetString().ShouldBe("urn:daprmemory:" + type);
        Json.GetProperty("status").GetInt32().ShouldBe(status);
        return Json;
    }
}
