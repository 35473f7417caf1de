using System.Net;
using System.Net.Sockets;

namespace DaprMemory.LocalSidecar.Tests.Health;

public sealed class HealthApiTests : SidecarTest
{
    [Fact]
    public async Task Sidecar_is_ready_only_once_its_app_listens_but_outbound_at_once()
    {
        using var app = new TcpListener(IPAddress.Loopback, 0);
        app.Start();
        var port = ((IPEndPoint)app.LocalEndpoint).Port;
        app.Stop();
        Host.SetAppAddress("app-a", new Uri($"http://127.0.0.1:{port}"));

        (await Dapr.GetAsync("/v1.0/healthz/outbound")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.GetAsync("/v1.0/healthz")).ErrorCode.ShouldBe("ERR_HEALTH_NOT_READY");

        using var later = new TcpListener(IPAddress.Loopback, port);
        later.Start();
        (await Dapr.GetAsync("/v1.0/healthz")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Metadata_has_the_components_and_what_was_put()
    {
        await Dapr.SendAsync("PUT", "/v1.0/metadata/mykey", "myval");

        var body = System.Text.Json.JsonDocument.Parse((await Dapr.GetAsync("/v1.0/metadata")).Body).RootElement;

        body.GetProperty("id").GetString().ShouldBe("app-a");
        body.GetProperty("extended").GetProperty("mykey").GetString().ShouldBe("myval");
        body.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ShouldBe(["redis", "sqlite", "strong"]);
    }

    [Fact]
    public async Task Shutdown_ends_one_sidecar_and_leaves_the_others()
    {
        using var folder = new TestFolder();
        await using var host = await SidecarHost.StartAsync(folder.Options(new SidecarApp("app-a"), new SidecarApp("app-b", 0, new Uri("http://127.0.0.1:1"))));
        using var a = new DaprClient(host.AddressOf("app-a"));
        using var b = new DaprClient(host.AddressOf("app-b"));

        (await b.SendAsync("POST", "/v1.0/shutdown")).Status.ShouldBe(HttpStatusCode.NoContent);

        while (!(await a.GetAsync("/v1.0/invoke/app-b/method/x")).Body.Contains("no host found", StringComparison.Ordinal))
            await Task.Yield();
        (await a.CreateAsync("k", "v")).Status.ShouldBe(HttpStatusCode.NoContent);
        host.Stopped.IsCompleted.ShouldBeFalse();

        await a.SendAsync("POST", "/v1.0/shutdown");
        await host.Stopped;
    }
}
