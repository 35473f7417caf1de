using System.Globalization;
using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Chart;

/// <summary>Shards: one workload and app id each, which keep their names.</summary>
public sealed class ShardTests
{
    static readonly string Oidc = Path.Combine(Project.Chart, "ci", "oidc-values.yaml");

    [Fact]
    public async Task Adding_a_shard_leaves_the_others_as_they_are()
    {
        var three = await Helm.ObjectsAsync(Oidc, "--set", "shards.count=3");
        var four = await Helm.ObjectsAsync(Oidc, "--set", "shards.count=4");

        for (var i = 0; i < 3; i++)
            four.One("Deployment", $"memory-{i}").ToJsonString().ShouldBe(three.One("Deployment", $"memory-{i}").ToJsonString());
        four.One("Deployment", "memory-3")["spec"]!["template"]!["metadata"]!["annotations"]!.Text("dapr.io/app-id").ShouldBe("memory-3");
        // The router's ring has one id more, and the same ones before it: what moves is the new one's share (HashRingTests).
        var before = RouterOf(three);
        var after = RouterOf(four);
        before.ShouldAllBe(setting => after.Contains(setting));
        after.Except(before).Select(setting => setting.Key).ShouldBe(["Router:Shards:3:Id", "Router:Shards:3:Via"], ignoreOrder: true);
        four.One("Component", "strong")["scopes"].Texts().ShouldBe(["memory-0", "memory-1", "memory-2", "memory-3", "curator"]);
    }

    [Fact]
    public async Task Shards_are_spread_over_their_zones_and_the_router_knows()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "apps-values.yaml"));
        var router = RouterOf(objects);

        for (var i = 0; i < 5; i++)
        {
            var zone = objects.One("Deployment", $"memory-{i}")["spec"]!["template"]!["spec"]!["nodeSelector"]!.Text("topology.kubernetes.io/zone");
            zone.ShouldBe(((string[])["a", "b", "c"])[i % 3]);
            router[$"Router:Shards:{i}:Zone"].ShouldBe(zone);
        }
    }

    [Fact]
    public async Task Shards_sign_with_the_keys_of_a_secret_unless_they_are_told_not_to()
    {
        foreach (var (signing, isMounted) in new[] { ("Required", true), ("Off", false) })
        {
            var pod = (await Helm.ObjectsAsync(Oidc, "--set", $"audit.signing={signing}", "--set", "audit.keySecret=keys")).One("Deployment", "memory-0")["spec"]!["template"]!;
            var settings = pod.Containers().Single().Settings();
            settings["Audit:Signing"].ShouldBe(signing);
            var volume = pod["spec"]!["volumes"].Items().SingleOrDefault(item => item.Text("name") == "audit");
            volume?["secret"]!.Text("secretName").ShouldBe("keys");
            (volume is not null).ShouldBe(isMounted);
            var mount = pod.Containers().Single()["volumeMounts"].Items().SingleOrDefault(item => item.Text("name") == "audit");
            settings.GetValueOrDefault("Audit:KeyFile").ShouldBe(mount is null ? null : $"{mount.Text("mountPath")}/keys.pem");
            (mount is not null).ShouldBe(isMounted);
        }
    }

    [Fact]
    public async Task Stopping_pod_has_the_time_that_the_service_and_its_sidecar_take()
    {
        foreach (var pod in (await Helm.ObjectsAsync(Oidc)).Pods().Where(pod => pod["metadata"]!["annotations"]?.Text("dapr.io/enabled") == "true"))
        {
            var settings = pod.Containers().Single().Settings();
            var shutdown = TimeSpan.Parse(settings["Hosting:ShutdownTimeout"], CultureInfo.InvariantCulture);
            var annotations = pod["metadata"]!["annotations"]!;
            var blocked = Seconds(annotations.Text("dapr.io/block-shutdown-duration")!);
            TimeSpan.FromSeconds(blocked).ShouldBeGreaterThan(shutdown, "the sidecar must outlive the service");
            pod["spec"]!["terminationGracePeriodSeconds"]!.GetValue<long>().ShouldBeGreaterThan(blocked + Seconds(annotations.Text("dapr.io/graceful-shutdown-seconds")!));
            // Two probes of the router at the default interval, so that it has left before the port closes.
            TimeSpan.Parse(settings["Hosting:DrainDelay"], CultureInfo.InvariantCulture)
                .ShouldBeGreaterThan(2 * new Router.Configuration.RouterOptions().ProbeInterval);
        }

        static int Seconds(string text) => int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture);
    }

    static Dictionary<string, string> RouterOf(JsonObject[] objects) => objects.One("Deployment", "memory-router")["spec"]!["template"]!.Containers().Single().Settings();
}
