using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Chart;

/// <summary>What holds for everything that the chart makes, whatever the values.</summary>
public sealed class SafetyTests
{
    public static TheoryData<string> Values() => [.. Project.ValueFiles];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Pods_run_with_as_little_as_they_need(string values)
    {
        foreach (var pod in (await Helm.ObjectsAsync(values)).Pods())
        {
            var spec = pod["spec"]!;
            var security = spec["securityContext"]!;
            security["runAsNonRoot"]!.GetValue<bool>().ShouldBeTrue();
            security["runAsUser"]!.GetValue<long>().ShouldBeGreaterThan(0);
            security["seccompProfile"]!.Text("type").ShouldBe("RuntimeDefault");
            foreach (var container in pod.Containers())
            {
                var own = container["securityContext"]!;
                own["allowPrivilegeEscalation"]!.GetValue<bool>().ShouldBeFalse();
                own["readOnlyRootFilesystem"]!.GetValue<bool>().ShouldBeTrue();
                own["capabilities"]!["drop"].Texts().ShouldBe(["ALL"]);
                container["resources"]!["requests"]!.Text("cpu").ShouldNotBeNull();
                container["resources"]!["limits"]!.Text("memory").ShouldNotBeNull();
            }
            // Only the webhook asks the API server.
            var isAdmission = pod["metadata"]!["labels"]!.Text("app.kubernetes.io/component") == "admission";
            spec["automountServiceAccountToken"]!.GetValue<bool>().ShouldBe(isAdmission);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Servers_have_all_probes(string values)
    {
        foreach (var container in (await Helm.ObjectsAsync(values)).OfKind("Deployment").SelectMany(item => item["spec"]!["template"]!.Containers()))
        {
            container["startupProbe"]!["httpGet"]!.Text("path").ShouldBe("/health/live");
            container["livenessProbe"]!["httpGet"]!.Text("path").ShouldBe("/health/live");
            container["readinessProbe"]!["httpGet"]!.Text("path").ShouldBe("/health/ready");
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task No_secret_stands_in_what_is_rendered(string values)
    {
        var objects = await Helm.ObjectsAsync(values);

        objects.OfKind("Secret").ShouldBeEmpty();
        foreach (var component in objects.OfKind("Component"))
        {
            foreach (var setting in component["spec"]!["metadata"].Items().Where(item => IsSecret(item.Text("name")!)))
                setting["value"].ShouldBeNull(setting.ToJsonString());
        }
        foreach (var variable in objects.Pods().SelectMany(pod => pod.Containers()).SelectMany(container => container["env"].Items()).Where(item => IsSecret(item.Text("name")!)))
            variable["value"].ShouldBeNull(variable.ToJsonString());

        static bool IsSecret(string name) =>
            name.EndsWith("TOKEN", StringComparison.OrdinalIgnoreCase) || name.Contains("password", StringComparison.OrdinalIgnoreCase)
            || name.Contains("connectionString", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_router_may_call_shards()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "apps-values.yaml"));
        foreach (var shard in Enumerable.Range(0, 5))
            objects.One("Deployment", $"memory-{shard}")["spec"]!["template"]!["metadata"]!["annotations"]!.Text("dapr.io/config").ShouldBe("daprmemory");

        var access = objects.One("Configuration", "daprmemory")["spec"]!["accessControl"]!;
        access.Text("defaultAction").ShouldBe("deny");
        var policy = access["policies"].Items().ShouldHaveSingleItem();
        (policy.Text("appId"), policy.Text("namespace"), policy.Text("defaultAction")).ShouldBe(("memory-router", Helm.Namespace, "deny"));

        var callers = objects.One("Configuration", "daprmemory-router")["spec"]!["accessControl"]!;
        callers.Text("defaultAction").ShouldBe("deny");
        callers["policies"].Items().Select(item => (item.Text("appId"), item.Text("namespace"), item.Text("trustDomain")))
            .ShouldBe([("acme-auditor", "acme", "acme"), ("acme-planner", "acme", "public")]);

        var ingress = objects.One("NetworkPolicy", "memory-shard")["spec"]!["ingress"].Items().ToArray();
        ingress.Where(rule => rule["ports"].Items().Any(port => port.Text("port") == "50002")).ShouldHaveSingleItem()["from"].Items().ShouldHaveSingleItem()
            ["podSelector"]!["matchLabels"]!.Text("app.kubernetes.io/component").ShouldBe("router");
    }

    [Fact]
    public async Task Every_pod_is_under_the_policy_that_denies_and_one_that_allows()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        var policies = objects.OfKind("NetworkPolicy").ToArray();
        foreach (var pod in objects.Pods())
        {
            var labels = pod["metadata"]!["labels"]!.AsObject();
            var selecting = policies
                .Where(policy => policy["spec"]!["podSelector"]!["matchLabels"]!.AsObject().All(label => labels[label.Key]?.ToString() == label.Value!.ToString()))
                .ToArray();
            selecting.Length.ShouldBe(2, pod["metadata"]!.ToJsonString());
            selecting.ShouldAllBe(policy => policy["spec"]!["policyTypes"].Texts().Length == 2);
        }
    }

    [Fact]
    public async Task Webhook_fails_closed_for_the_memorys_namespace_and_spares_its_own_pods()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "apps-values.yaml"));
        var configurations = objects.OfKind("ValidatingWebhookConfiguration").ToArray();

        var webhooks = configurations[0]["webhooks"].Items().ToArray();
        foreach (var name in (string[])["pods.daprmemory.io", "components.daprmemory.io"])
        {
            var own = webhooks.Single(webhook => webhook.Text("name") == name);
            own.Text("failurePolicy").ShouldBe("Fail");
            own["namespaceSelector"]!["matchExpressions"].Items().Single()["values"].Texts().ShouldBe([Helm.Namespace]);
            // A component with the webhook's own label must not get past it.
            own["objectSelector"]?["matchExpressions"].Items().Single()["values"].Texts().ShouldBe(["admission"]);
            (own["objectSelector"] is not null).ShouldBe(name == "pods.daprmemory.io");
            own["rules"].Items().SelectMany(rule => rule["resources"].Texts()).ShouldBe(name == "pods.daprmemory.io" ? ["pods"] : ["components", "configurations"]);
        }
        webhooks.Single(webhook => webhook.Text("name") == "tenants.daprmemory.io").Text("failurePolicy").ShouldBe("Ignore");
        // What hooks make, Helm does not take away: the second one does.
        configurations[1]["metadata"]!.Text("name").ShouldBe(configurations[0]["metadata"]!.Text("name"));
        configurations[1]["webhooks"].Items().ShouldBeEmpty();
        configurations[1]["metadata"]!["annotations"]!.Text("helm.sh/hook").ShouldBe("pre-delete");
    }
}
