using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tests.Tls;

/// <summary>A service with a plain port and one with TLS, whose one endpoint about a tenant says over which connection it was called.</summary>
internal sealed class TlsHost : IAsyncDisposable
{
    /// <summary>The header by which a test says from where it seems to call.</summary>
    public const string From = "Test-From";

    readonly WebApplication _app;
    readonly LogLines _log;

    TlsHost(WebApplication app, LogLines log) => (_app, _log) = (app, log);

    public Uri Plain => new(_app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));

    public Uri Secure => new(_app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));

    public IEnumerable<string> Log => _log.Lines;

    public static async Task<TlsHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "https://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Identity:Mode", "Insecure")]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddMemoryHosting("test");
        var log = new LogLines();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Headers.TryGetValue(From, out var from))
                context.Connection.RemoteIpAddress = IPAddress.Parse(from!);
            return next(context);
        });
        app.UseMemoryHosting();
        app.MapGet("/v1/{tenant}/{space}/state", (HttpContext context) => context.Connection.Id);
        await app.StartAsync();
        return new TlsHost(app, log);
    }

    /// <summary>A client that calls it by https.</summary>
    /// <param name="authority">Whom it believes.</param>
    /// <param name="pair">What it shows; null: nothing.</param>
    /// <param name="version">The version of HTTP, and no other.</param>
    public HttpClient NewClient(TestAuthority authority, (string Certificate, string Key)? pair = null, Version? version = null) =>
        new(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = pair is { } both ? SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(both.Certificate, both.Key), null, offline: true) : null,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority.Certificate },
                },
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    Shown = certificate?.Subject;
                    return errors == SslPolicyErrors.None;
                },
            },
        })
        {
            BaseAddress = Secure,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    /// <summary>The subject of the certificate that was shown last.</summary>
    public string? Shown { get; private set; }

    /// <summary>Asks until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await isSo())
            await turn.WaitForNextTickAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
