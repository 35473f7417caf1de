using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dapr;
using Dapr.Client;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>What happens between client and sidecar: tokens, lost connections, time limits, sharing of connections and buffers.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Token_is_sent_with_every_call()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client(builder => builder.UseDaprApiToken("tok"));
        await client.GetStateAsync<string>("s", "k");
        await client.SaveStateAsync("s", "k", 1);
        await client.DeleteStateAsync("s", "k");
        await client.CheckHealthAsync();
        sidecar.Requests.Select(request => request.Headers["dapr-api-token"]).ShouldBe(["tok", "tok", "tok", "tok"]);
    }

    [Fact]
    public async Task Wrong_token_is_a_DaprException_that_says_so()
    {
        await using var sidecar = await SidecarStub.StartAsync(401, "invalid api token\n", contentType: "text/plain; charset=utf-8");
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.GetStateAsync<string>("s", "k"))).Message.ShouldEndWith("401 invalid api token");
        await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", 1, ""));
    }

    [Fact]
    public async Task Nobody_listening_is_a_DaprException()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        using var client = new DaprClientBuilder().UseHttpEndpoint(address).Build();
        (await Should.ThrowAsync<DaprException>(() => client.GetStateAsync<string>("s", "k"))).InnerException.ShouldBeOfType<HttpRequestException>();
        await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", 1, ""));
        (await client.CheckHealthAsync()).ShouldBeFalse();
        (await client.CheckOutboundHealthAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Connection_lost_before_an_answer_is_a_DaprException_and_the_save_is_not_repeated()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.SaveStateAsync("s", "warm", 1);
        sidecar.Answer = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", 1, ""));
        sidecar.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Connection_lost_amid_an_answer_is_a_DaprException()
    {
        // Kestrel closes the connection when a body ends before its announced length.
        await using var sidecar = await SidecarStub.StartAsync((context, _) =>
        {
            context.Response.ContentLength = 1000;
            return SidecarStub.AnswerWith(context, 200, "\"half", "1");
        });
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.GetStateAsync<string>("s", "k"))).InnerException.ShouldBeAssignableTo<IOException>();
    }

    [Fact]
    public async Task Answer_that_does_not_come_in_time_is_a_DaprException()
    {
        await using var sidecar = await SidecarStub.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = sidecar.Client(builder => builder.UseTimeout(TimeSpan.FromMilliseconds(50)));
        (await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", 1, ""))).InnerException.ShouldBeOfType<TimeoutException>();
        (await client.CheckHealthAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Body_that_does_not_end_in_time_is_a_DaprException()
    {
        await using var sidecar = await SidecarStub.StartAsync(async (context, _) =>
        {
            await SidecarStub.AnswerWith(context, 200, "\"half", "1");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = sidecar.Client(builder => builder.UseTimeout(TimeSpan.FromMilliseconds(50)));
        (await Should.ThrowAsync<DaprException>(() => client.GetStateAsync<string>("s", "k"))).InnerException.ShouldBeOfType<TimeoutException>();
    }

    [Fact]
    public async Task Caller_who_gives_up_gets_an_OperationCanceledException()
    {
        var arrived = new TaskCompletionSource();
        await using var sidecar = await SidecarStub.StartAsync((context, _) =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = sidecar.Client(builder => builder.UseTimeout(TimeSpan.FromMinutes(1)));
        using var giveUp = new CancellationTokenSource();
        var save = client.TrySaveStateAsync("s", "k", 1, "", cancellationToken: giveUp.Token);
        await arrived.Task;
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => save);
        await Should.ThrowAsync<OperationCanceledException>(() => client.GetStateAsync<string>("s", "k", cancellationToken: giveUp.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => client.WaitForSidecarAsync(giveUp.Token));
    }

    [Fact]
    public async Task Calls_one_after_the_other_share_a_connection()
    {
        await using var sidecar = await SidecarStub.StartAsync(new StateStub().AnswerAsync);
        using var client = sidecar.Client();
        for (var i = 0; i < 10; i++)
        {
            await client.SaveStateAsync("s", "k", i);
            (await client.GetStateAsync<int>("s", "k")).ShouldBe(i);
            await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", i, "", new StateOptions { Concurrency = ConcurrencyMode.FirstWrite }));
        }
        sidecar.Requests.Select(request => request.Connection).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Calls_at_once_do_not_mix_their_buffers()
    {
        var store = new StateStub();
        await using var sidecar = await SidecarStub.StartAsync(store.AnswerAsync);
        using var client = sidecar.Client();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var value = string.Concat(Enumerable.Repeat($"{i}é\"", 1 + (i * 97)));
            for (var round = 0; round < 3; round++)
            {
                await client.SaveStateAsync("s", $"k{i}", value);
                (await client.GetStateAsync<string>("s", $"k{i}")).ShouldBe(value);
                (await client.GetBulkStateAsync<string>("s", [$"k{i}", "none"], 1))[0].Value.ShouldBe(value);
            }
        }));
        foreach (var saved in sidecar.Requests.Where(request => request.Target == "/v1.0/state/s"))
            JsonDocument.Parse(saved.Body).RootElement.GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(204, true)]
    [InlineData(200, true)]
    [InlineData(500, false)]
    [InlineData(401, false)]
    public async Task Health_is_what_the_status_says(int status, bool healthy)
    {
        await using var sidecar = await SidecarStub.StartAsync(status, status == 204 ? null : """{"errorCode":"ERR_HEALTH_NOT_READY","message":"dapr is not ready: []"}""");
        using var client = sidecar.Client();
        (await client.CheckHealthAsync()).ShouldBe(healthy);
        (await client.CheckOutboundHealthAsync()).ShouldBe(healthy);
        sidecar.Requests.Select(request => request.Target).ShouldBe(["/v1.0/healthz", "/v1.0/healthz/outbound"]);
    }

    [Fact]
    public async Task WaitForSidecar_asks_every_half_second_until_the_api_can_be_used()
    {
        var asked = 0;
        await using var sidecar = await SidecarStub.StartAsync((context, _) => SidecarStub.AnswerWith(context, ++asked < 3 ? 500 : 204));
        var time = new InstantTime();
        using var client = new DaprHttpClient(new SidecarConnection(new Uri(sidecar.Address), null, TimeSpan.Zero), JsonSerializerOptions.Web, time);
        await client.WaitForSidecarAsync();
        asked.ShouldBe(3);
        time.Waits.ShouldBe([TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500)]);
        sidecar.Requests.ShouldAllBe(request => request.Target == "/v1.0/healthz/outbound");
    }
}
