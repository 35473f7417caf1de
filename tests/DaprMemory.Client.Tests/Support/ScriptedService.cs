using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Client.Tests.Support;

/// <summary>A real server that gives prepared answers, one a request, and keeps what it was asked.</summary>
public sealed class ScriptedService : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();
    readonly ConcurrentQueue<Received> _received = new();

    ScriptedService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IReadOnlyList<Received> Requests => [.. _received];

    public static async Task<ScriptedService> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var service = new ScriptedService(app);
        foreach (var answer in answers)
            service._answers.Enqueue(answer);
        app.Run(async context =>
        {
            service._received.Enqueue(await Received.ReadAsync(context.Request));
            if (!service._answers.TryDequeue(out var answer))
                throw new InvalidOperationException("a request more than there are answers");
            await answer(context);
        });
        await app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
