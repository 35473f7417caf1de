using System.Text.Json.Nodes;
using DaprMemory.Admission.Tests.Support;

namespace DaprMemory.Admission.Tests.Rules;

public sealed class PodRuleTests(TestWebhook webhook) : IClassFixture<TestWebhook>
{
    [Theory]
    [InlineData("acme", "acme-planner")]
    [InlineData("acme", "acme-2")]
    [InlineData("globex", "globex-x")]
    // Nobody's namespace: no tenant, no rule.
    [InlineData("tools", "anything")]
    [InlineData("gone", "anything")]
    // The other apps of the memory's namespace.
    [InlineData("memory", "audit-sink")]
    public async Task Pod_with_an_app_id_of_its_namespace_is_allowed(string inNamespace, string appId) =>
        (await webhook.AskAsync(Pod(("dapr.io/enabled", "true"), ("dapr.io/app-id", appId)), inNamespace)).ShouldBeNull();

    [Theory]
    [InlineData("acme", "globex-planner")]
    [InlineData("acme", "globex-acme-planner")]
    [InlineData("acme", "acmex-planner")]
    [InlineData("acme", "acme")]
    [InlineData("acme", "acme-")]
    [InlineData("acme", "Acme-planner")]
    [InlineData("acme", "memory-0")]
    [InlineData("acme", "memory-router")]
    [InlineData("acme", "")]
    public async Task Pod_with_another_tenants_app_id_is_denied_and_told_why(string inNamespace, string appId)
    {
        var reason = await webhook.AskAsync(Pod(("dapr.io/enabled", "true"), ("dapr.io/app-id", appId)), inNamespace);

        reason.ShouldBe(
            $"daprmemory: dapr.io/app-id '{appId}' is not of tenant '{inNamespace}', whose namespace '{inNamespace}' is: set it to a name that begins with '{inNamespace}-'");
    }

    [Fact]
    public async Task Pod_that_becomes_another_app_is_denied()
    {
        var pod = Pod(("dapr.io/app-id", "acme-planner"));

        (await webhook.AskAsync(Pod(("dapr.io/app-id", "globex-planner")), "acme", old: pod)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("1")]
    [InlineData("yes")]
    [InlineData("on")]
    public async Task Pod_with_a_sidecar_and_no_app_id_is_denied(string enabled) =>
        (await webhook.AskAsync(Pod(("dapr.io/enabled", enabled)), "acme")).ShouldNotBeNull().ShouldContain("dapr.io/app-id is missing");

    [Theory]
    [InlineData("acme")]
    [InlineData("memory")]
    public async Task Pod_without_a_sidecar_is_allowed(string inNamespace)
    {
        (await webhook.AskAsync(Pod(), inNamespace)).ShouldBeNull();
        (await webhook.AskAsync(Pod(("dapr.io/enabled", "false")), inNamespace)).ShouldBeNull();
        (await webhook.AskAsync("""{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"x-"}}""", inNamespace)).ShouldBeNull();
    }

    [Theory]
    [InlineData("memory-0", "daprmemory")]
    [InlineData("memory-17", "daprmemory")]
    [InlineData("curator", "daprmemory")]
    [InlineData("memory-router", "daprmemory-router")]
    public async Task Memory_pod_needs_the_configuration_that_brings_mtls(string appId, string configuration)
    {
        (await webhook.AskAsync(Pod(("dapr.io/app-id", appId), ("dapr.io/config", configuration)), "memory")).ShouldBeNull();
        (await webhook.AskAsync(Pod(("dapr.io/app-id", appId), ("dapr.io/config", "other")), "memory")).ShouldNotBeNull().ShouldContain($"must be '{configuration}'");
        (await webhook.AskAsync(Pod(("dapr.io/app-id", appId)), "memory")).ShouldNotBeNull().ShouldContain("mTLS");
    }

    [Fact]
    public async Task Memory_pod_whose_sidecar_listens_to_others_is_denied() =>
        (await webhook.AskAsync(
            Pod(("dapr.io/app-id", "memory-0"), ("dapr.io/config", "daprmemory"), ("dapr.io/sidecar-listen-addresses", "0.0.0.0")), "memory"))
            .ShouldNotBeNull().ShouldContain("needs no certificate");

    [Theory]
    [InlineData("memory-x")]
    [InlineData("memory-00")]
    [InlineData("memory-0\n")]
    [InlineData("acme-planner")]
    public async Task Stranger_in_the_memorys_namespace_is_denied(string appId) =>
        (await webhook.AskAsync(Pod(("dapr.io/app-id", appId), ("dapr.io/config", "daprmemory")), "memory")).ShouldNotBeNull().ShouldContain("is no app of the memory");

    static string Pod(params (string Name, string Value)[] annotations)
    {
        var pod = JsonNode.Parse(
            """
            {
              "apiVersion": "v1", "kind": "Pod",
              "metadata": { "name": "agent-6d5f", "generateName": "agent-", "labels": { "app": "agent" }, "annotations": {} },
              "spec": { "containers": [ { "name": "agent", "image": "agent:1", "resources": {} } ], "restartPolicy": "Always" },
              "status": {}
            }
            """)!;
        foreach (var (name, value) in annotations)
            pod["metadata"]!["annotations"]![name] = value;
        return pod.ToJsonString();
    }
}
