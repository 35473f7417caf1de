using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Chart;

/// <summary>What keeps the system there while pods, nodes and zones go: and the ways in, which have TLS.</summary>
public sealed class AvailabilityTests
{
    static readonly string Oidc = Path.Combine(Project.Chart, "ci", "oidc-values.yaml");
    static readonly string Apps = Path.Combine(Project.Chart, "ci", "apps-values.yaml");

    [Fact]
    public async Task Router_grows_and_shrinks_with_its_load_and_never_to_one()
    {
        var objects = await Helm.ObjectsAsync(Oidc);
        var scaler = objects.One("HorizontalPodAutoscaler", "memory-router")["spec"]!;

        scaler["scaleTargetRef"]!.Text("name").ShouldBe("memory-router");
        scaler["minReplicas"]!.GetValue<long>().ShouldBeGreaterThan(1);
        scaler["metrics"].Items().ShouldHaveSingleItem()["resource"]!.Text("name").ShouldBe("cpu");
        // Two that set the number of pods would fight.
        objects.One("Deployment", "memory-router")["spec"]!["replicas"].ShouldBeNull();
        // What it is a share of.
        objects.One("Deployment", "memory-router")["spec"]!["template"]!.Containers().Single()["resources"]!["requests"]!.Text("cpu").ShouldNotBeNull();
        var small = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "small-values.yaml"));
        small.OfKind("HorizontalPodAutoscaler").ShouldBeEmpty();
        small.One("Deployment", "memory-router")["spec"]!.Text("replicas").ShouldBe("1");
    }

    [Fact]
    public async Task One_pod_at_a_time_is_taken_away_and_none_before_another_is_there()
    {
        var objects = await Helm.ObjectsAsync(Oidc);
        foreach (var (budget, deployment) in new[] { ("memory-router", "memory-router"), ("memory-shards", "memory-0"), ("memory-shards", "memory-2") })
        {
            var spec = objects.One("PodDisruptionBudget", budget)["spec"]!;
            spec.Text("maxUnavailable").ShouldBe("1");
            Selects(spec["selector"]!, objects.One("Deployment", deployment)).ShouldBeTrue(deployment);
            objects.One("Deployment", deployment)["spec"]!["strategy"]!["rollingUpdate"]!.Text("maxUnavailable").ShouldBe("0");
        }
    }

    [Fact]
    public async Task Every_part_is_spread_over_zones()
    {
        var deployments = (await Helm.ObjectsAsync(Oidc)).OfKind("Deployment").ToArray();

        deployments.Length.ShouldBe(6);
        foreach (var deployment in deployments)
        {
            var zones = deployment["spec"]!["template"]!["spec"]!["topologySpreadConstraints"].Items()
                .Where(constraint => constraint.Text("topologyKey") == "topology.kubernetes.io/zone").ToArray();
            Selects(zones.ShouldHaveSingleItem(deployment["metadata"]!.Text("name"))["labelSelector"]!, deployment).ShouldBeTrue();
        }
        // All shards together, not each alone: one of each says nothing of the others.
        var shards = deployments.Where(deployment => deployment["metadata"]!.Text("name")!.StartsWith("memory-", StringComparison.Ordinal) && char.IsDigit(deployment["metadata"]!.Text("name")![^1])).ToArray();
        shards.ShouldAllBe(shard => Selects(shards[0]["spec"]!["template"]!["spec"]!["topologySpreadConstraints"]![0]!["labelSelector"]!, shard));
    }

    [Fact]
    public async Task Sidecars_ask_whether_their_app_is_well_and_both_show_each_other_a_token()
    {
        var pods = (await Helm.ObjectsAsync(Oidc)).Pods().Where(pod => pod["metadata"]!["annotations"]?.Text("dapr.io/enabled") == "true").ToArray();

        pods.Length.ShouldBe(5);
        foreach (var pod in pods)
        {
            var annotations = pod["metadata"]!["annotations"]!;
            annotations.Text("dapr.io/enable-app-health-check").ShouldBe("true");
            annotations.Text("dapr.io/app-health-check-path").ShouldBe("/healthz");
            // The app is told the same secrets as its sidecar.
            var environment = pod.Containers().Single()["env"].Items().ToDictionary(item => item.Text("name")!);
            foreach (var (variable, annotation) in new[] { ("DAPR_API_TOKEN", "dapr.io/api-token-secret"), ("APP_API_TOKEN", "dapr.io/app-token-secret") })
            {
                var secret = environment[variable]["valueFrom"]!["secretKeyRef"]!;
                (secret.Text("name"), secret.Text("key")).ShouldBe((annotations.Text(annotation), "token"));
            }
        }
        var run = Yaml.Read(Project.In("dapr.yaml"))["common"]!;
        (run["enableAppHealthCheck"]!.GetValue<bool>(), run.Text("appHealthCheckPath")).ShouldBe((true, "/healthz"));
    }

    [Fact]
    public async Task Ways_in_from_outside_have_tls_and_lead_to_the_api_alone()
    {
        var ingress = (await Helm.ObjectsAsync(Oidc)).One("Ingress", "memory-router")["spec"]!;
        var host = ingress["rules"].Items().ShouldHaveSingleItem();
        var tls = ingress["tls"].Items().ShouldHaveSingleItem();
        tls["hosts"].Texts().ShouldBe([host.Text("host")!]);
        tls.Text("secretName").ShouldBe("memory-example-com");
        host["http"]!["paths"].Items().ShouldHaveSingleItem().Text("path").ShouldBe("/v1");

        var objects = await Helm.ObjectsAsync(Apps, "--api-versions", "gateway.networking.k8s.io/v1");
        var listener = objects.One("Gateway", "memory-router")["spec"]!["listeners"].Items().ShouldHaveSingleItem();
        (listener.Text("protocol"), listener["tls"]!.Text("mode")).ShouldBe(("HTTPS", "Terminate"));
        listener["tls"]!["certificateRefs"].Items().ShouldHaveSingleItem().Text("name").ShouldBe("memory-example-com");
        var rule = objects.One("HTTPRoute", "memory-router")["spec"]!["rules"].Items().ShouldHaveSingleItem();
        rule["matches"].Items().ShouldHaveSingleItem()["path"]!.Text("value").ShouldBe("/v1");
        // Where nobody said so, there is none.
        (await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "small-values.yaml"))).ShouldNotContain(item => item.Text("kind") == "Ingress" || item.Text("kind") == "Gateway");
    }

    [Fact]
    public async Task What_no_policy_allows_is_denied_in_both_directions()
    {
        var deny = (await Helm.ObjectsAsync(Oidc)).One("NetworkPolicy", "memory-deny")["spec"]!;

        deny["policyTypes"].Texts().ShouldBe(["Ingress", "Egress"]);
        (deny["ingress"], deny["egress"]).ShouldBe((null, null));
    }

    [Fact]
    public async Task Prometheus_and_Grafana_find_what_the_files_have()
    {
        var objects = await Helm.ObjectsAsync(Apps);
        var monitor = objects.One("ServiceMonitor", "daprmemory");
        monitor["metadata"]!["labels"]!.Text("release").ShouldBe("prometheus");
        var parts = monitor["spec"]!["selector"]!["matchExpressions"].Items().Single()["values"].Texts();
        var port = monitor["spec"]!["endpoints"].Items().Single().Text("port");
        foreach (var part in parts)
        {
            var service = objects.OfKind("Service").Where(item => item["metadata"]!["labels"]!.Text("app.kubernetes.io/component") == part).ShouldHaveSingleItem(part);
            service["spec"]!["ports"].Items().ShouldContain(item => item.Text("name") == port, part);
        }
        objects.One("PrometheusRule", "daprmemory")["spec"]!["groups"]!.ToJsonString().ShouldBe(Yaml.Read(Path.Combine(Project.Chart, "files", "alerts.yaml"))["groups"]!.ToJsonString());
        foreach (var file in Directory.GetFiles(Path.Combine(Project.Chart, "files", "dashboards"), "*.json"))
        {
            var map = objects.One("ConfigMap", $"daprmemory-dashboard-{Path.GetFileNameWithoutExtension(file)}");
            map["metadata"]!["labels"]!.Text("grafana_dashboard").ShouldBe("1");
            JsonNode.DeepEquals(JsonNode.Parse(map["data"]!.Text(Path.GetFileName(file))!), JsonNode.Parse(await File.ReadAllTextAsync(file))).ShouldBeTrue(file);
        }
    }

    static bool Selects(JsonNode selector, JsonObject deployment)
    {
        var labels = deployment["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
        return selector["matchLabels"]!.AsObject().All(label => labels[label.Key]?.ToString() == label.Value!.ToString());
    }
}
