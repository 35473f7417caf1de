using DaprMemory.Cli.Up;

namespace DaprMemory.Cli.Bench;

/// <summary>The ceiling: an endpoint that does nothing, behind the same router. What it gives is what the way costs.</summary>
internal sealed class EmptyCluster : IAsyncDisposable
{
    static readonly byte[] Body = "{\"text\":\"x\"}"u8.ToArray();

    readonly WebApplication _endpoint;
    readonly WebApplication _router;

    EmptyCluster(WebApplication endpoint, WebApplication router)
    {
        _endpoint = endpoint;
        _router = router;
    }

    public Uri RouterAddress => _router.ListensOn();

    public static async Task<EmptyCluster> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.UseQuietLoopback(0);
        var endpoint = builder.Build();
        endpoint.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Body.Length;
            await context.Response.BodyWriter.WriteAsync(Body);
        });
        await endpoint.StartAsync(cancellationToken).ConfigureAwait(false);
        var router = LocalCluster.NewRouter(0, ["empty-0"], [endpoint.ListensOn()]);
        await router.StartAsync(cancellationToken).ConfigureAwait(false);
        return new EmptyCluster(endpoint, router);
    }

    public async ValueTask DisposeAsync()
    {
        await _router.StopAsync().ConfigureAwait(false);
        await _router.DisposeAsync().ConfigureAwait(false);
        await _endpoint.StopAsync().ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
    }
}
