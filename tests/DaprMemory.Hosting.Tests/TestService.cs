using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tests;

/// <summary>A service with nothing but what hosting gives, on a real port.</summary>
internal sealed class TestService : IAsyncDisposable
{
    readonly WebApplication _app;

    TestService(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public WebApplication App => _app;

    public static async Task<TestService> StartAsync(Action<WebApplication>? map = null, Action<WebApplicationBuilder>? configure = null, bool isBehindRouter = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Identity:Mode"] = "Insecure";
        configure?.Invoke(builder);
        builder.AddMemoryHosting("test");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseMemoryHosting(isBehindRouter);
        map?.Invoke(app);
        await app.StartAsync();
        return new TestService(app);
    }

    /// <summary>Sends bytes as they are and reads until the server closes.</summary>
    public async Task<string> SendRawAsync(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Sends one request whose target is not normalized, as <see cref="HttpClient"/> would.</summary>
    public async Task<(int Status, string Body)> SendTargetAsync(string target)
    {
        var answer = await SendRawAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return (int.Parse(answer.Split(' ')[1]), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Reads answers.</summary>
internal static class AnswerExtensions
{
    /// <summary>The members of a problem; fails if the answer is none, or its status is another than it says.</summary>
    public static async Task<string> ReadProblemAsync(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/problem+json");
        var body = await response.Content.ReadAsStringAsync();
        JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
        return body;
    }
}
