using System.Buffers;
using System.Net.Sockets;
using DaprMemory.LocalSidecar.Brokers;
using DaprMemory.LocalSidecar.Tests.PubSub;

namespace DaprMemory.LocalSidecar.Tests.Brokers;

/// <summary>Hosts that would be processes of their own: they have nothing in common but the folder.</summary>
public sealed class SharedBrokerTests : PubSubTest
{
    [Fact]
    public async Task Hosts_on_one_folder_share_topics_and_a_new_one_takes_over_the_broker()
    {
        var apps = new[] { await AppAsync(EventApp.To("t", "/e")), await AppAsync(EventApp.To("t", "/e")), await AppAsync(EventApp.To("t", "/e")) };
        var broker = await ProcessAsync("app-0", apps[0]);
        var second = await ProcessAsync("app-1", apps[1]);
        var third = await ProcessAsync("app-2", apps[2]);

        await PublishAsync(broker, "from the broker", app: "app-0");
        await PublishAsync(third, "from another", query: "?metadata.partitionKey=k", app: "app-2");
        foreach (var app in apps)
            (await app.NextAsync(2)).Select(r => r.Data).ShouldBe(["from the broker", "from another"], ignoreOrder: true);

        await broker.DisposeAsync();
        await EachReachesAsync((second, "app-1"), apps[1], apps[2]);
        var back = await ProcessAsync("app-0", apps[0]);
        await EachReachesAsync((back, "app-0"), apps);
    }

    [Fact]
    public async Task Members_of_a_group_in_two_hosts_compete_and_what_one_refuses_the_other_gets()
    {
        const string group = "\"metadata\":{\"consumerID\":\"one\"}";
        var (willing, unwilling) = (await AppAsync(EventApp.To("t", "/e", group)), await AppAsync(EventApp.To("t", "/e", group)));
        unwilling.Handle = _ => Task.FromResult(new Reply(500));
        var host = await ProcessAsync("app-0", willing);
        await ProcessAsync("app-1", unwilling);

        // Who gets the next one is the broker's choice: publish until the unwilling one has had its chance.
        var published = 0;
        while (published < 10 || unwilling.IsIdle)
            await PublishAsync(host, $"{published++}");

        (await willing.NextAsync(published)).Select(r => r.Data).ShouldBe(Enumerable.Range(0, published).Select(i => $"{i}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Stranger_without_the_secret_is_shut_out()
    {
        await ProcessAsync("app-0", await AppAsync());
        var port = int.Parse(File.ReadAllText(Path.Combine(Folder.Data, "broker.address")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        using var stranger = new TcpClient("127.0.0.1", port);

        var bytes = new ArrayBufferWriter<byte>();
        new LinkFrame(LinkVerb.Hello) { Secret = "guessed" }.Write(bytes);
        new LinkFrame(LinkVerb.Subscribe, 1) { Topic = new("events", "t"), Options = new("g", SubscribeType.Shared, true, TimeSpan.Zero, 1) }.Write(bytes);
        await stranger.GetStream().WriteAsync(bytes.WrittenMemory);

        (await stranger.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(0);
    }

    /// <summary>Publishes until every app has got something new.</summary>
    static async Task EachReachesAsync((SidecarHost Host, string App) publisher, params EventApp[] apps)
    {
        for (var i = 0; apps.Any(app => app.IsIdle); i++)
            await PublishAsync(publisher.Host, $"again {i}", app: publisher.App);
        foreach (var app in apps)
            (await app.NextAsync()).Data.ShouldStartWith("again");
    }

    async Task<SidecarHost> ProcessAsync(string appId, EventApp app)
    {
        var host = await StartAsync(Folder.Options(new SidecarApp(appId, 0, app.Address)) with { ShareTopics = true });
        await ReadyAsync(host, appId);
        return host;
    }
}
