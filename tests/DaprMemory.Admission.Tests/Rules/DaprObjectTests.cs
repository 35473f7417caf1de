using System.Text.Json.Nodes;
using DaprMemory.Admission.Tests.Support;

namespace DaprMemory.Admission.Tests.Rules;

public sealed class DaprObjectTests(TestWebhook webhook) : IClassFixture<TestWebhook>
{
    static readonly string[] OwnApps = ["memory-0", "memory-1", "curator"];

    [Theory]
    [InlineData("strong")]
    [InlineData("hot")]
    public async Task Store_for_the_memorys_apps_with_shared_keys_is_allowed(string name) =>
        (await webhook.AskAsync(Component(name, OwnApps, ("keyPrefix", "none")), "memory")).ShouldBeNull();

    [Theory]
    [InlineData("acme-planner")]
    [InlineData("memory-router")]
    [InlineData("memory-evil")]
    public async Task Store_for_another_app_is_denied(string app) =>
        (await webhook.AskAsync(Component("strong", [.. OwnApps, app], ("keyPrefix", "none")), "memory")).ShouldNotBeNull().ShouldContain($"'{app}' must not be among its scopes");

    [Fact]
    public async Task Store_for_every_app_is_denied()
    {
        (await webhook.AskAsync(Component("hot", [], ("keyPrefix", "none")), "memory")).ShouldNotBeNull().ShouldContain("without scopes it is every app's");
        (await webhook.AskAsync(Component("hot", null, ("keyPrefix", "none")), "memory")).ShouldNotBeNull().ShouldContain("without scopes it is every app's");
    }

    [Fact]
    public async Task Store_whose_keys_change_is_denied()
    {
        var old = Component("strong", OwnApps, ("keyPrefix", "none"));
        foreach (var changed in new[]
        {
            Component("strong", OwnApps, ("keyPrefix", "appid")),
            Component("strong", OwnApps),
            Component("strong", OwnApps, ("keyPrefix", "none"), ("KEYPREFIX", "acme")),
        })
            (await webhook.AskAsync(changed, "memory", old)).ShouldNotBeNull().ShouldContain("must have keyPrefix 'none'");
    }

    [Fact]
    public async Task Every_reason_is_told_at_once()
    {
        var reason = (await webhook.AskAsync(Component("strong", null), "memory")).ShouldNotBeNull();

        reason.ShouldContain("scopes");
        reason.ShouldContain("keyPrefix");
    }

    [Theory]
    [InlineData("""{ "name": "connectionString", "secretKeyRef": { "name": "daprmemory-strong", "key": "connectionString" } }""")]
    [InlineData("""{ "name": "redisHost", "value": "Redis.data.svc:6379" }""")]
    public async Task Store_under_another_name_is_for_the_memorys_apps_too(string setting)
    {
        (await webhook.AskAsync(With(Component("backdoor", ["audit-sink"]), setting), "memory")).ShouldNotBeNull().ShouldContain("'audit-sink' must not be among its scopes");
        (await webhook.AskAsync(With(Component("backdoor", null), setting), "memory")).ShouldNotBeNull();
        (await webhook.AskAsync(With(Component("backup", ["curator"]), setting), "memory")).ShouldBeNull();
    }

    [Fact]
    public async Task Other_components_of_the_memorys_namespace_are_allowed() =>
        (await webhook.AskAsync(Component("events", [.. OwnApps, "audit-sink"]), "memory")).ShouldBeNull();

    [Fact]
    public async Task Tenants_component_that_reaches_a_store_is_denied_and_its_own_is_allowed()
    {
        (await webhook.AskAsync(Component("cache", null, ("redisHost", "redis.data.svc:6379"), ("keyPrefix", "none")), "acme")).ShouldNotBeNull().ShouldContain("'redis.data.svc'");
        (await webhook.AskAsync(Component("hot", null, ("redisHost", "redis.acme.svc:6379")), "acme")).ShouldBeNull();
        (await webhook.AskAsync(Component("cache", null, ("redisHost", "redis.data.svc:6379")), "tools")).ShouldBeNull("it is no tenant's");
    }

    [Fact]
    public async Task Configuration_as_the_chart_has_it_is_allowed() => (await webhook.AskAsync(Configuration(), "memory")).ShouldBeNull();

    [Theory]
    [InlineData("mtls", """{ "enabled": false }""", "mtls.enabled")]
    [InlineData("mtls", "null", "mtls.enabled")]
    [InlineData("accessControl", """{ "defaultAction": "allow" }""", "defaultAction: deny")]
    [InlineData("accessControl", "null", "defaultAction: deny")]
    [InlineData("accessControl", """{ "defaultAction": "deny", "policies": [ { "appId": "acme-planner", "namespace": "acme" } ] }""", "lets in 'acme-planner'")]
    [InlineData("accessControl", """{ "defaultAction": "deny", "policies": [ { "appId": "memory-router", "namespace": "acme" } ] }""", "of namespace 'acme'")]
    [InlineData("accessControl", """{ "defaultAction": "deny", "policies": [ { "appId": "memory-router", "namespace": "memory", "defaultAction": "allow" } ] }""", "defaultAction: deny")]
    public async Task Configuration_without_mtls_or_with_others_let_in_is_denied(string member, string value, string reason)
    {
        var changed = JsonNode.Parse(Configuration())!;
        changed["spec"]![member] = JsonNode.Parse(value);

        (await webhook.AskAsync(changed.ToJsonString(), "memory", Configuration())).ShouldNotBeNull().ShouldContain(reason);
        (await webhook.AskAsync(changed.ToJsonString(), "acme", Configuration())).ShouldBeNull("there it is another one");
    }

    [Theory]
    [InlineData(null, "acme", true)]
    [InlineData("acme", "acme", true)]
    [InlineData(null, null, true)]
    [InlineData("acme", "globex", false)]
    [InlineData("acme", null, false)]
    [InlineData(null, "Not a tenant", false)]
    public async Task Namespaces_tenant_is_said_once(string? before, string? after, bool isAllowed)
    {
        var reason = await webhook.AskAsync(Namespace("agents", after), null, Namespace("agents", before));

        (reason is null).ShouldBe(isAllowed, reason);
    }

    [Fact]
    public async Task Memorys_own_namespace_is_no_tenants() =>
        (await webhook.AskAsync(Namespace("memory", "acme"), null, Namespace("memory", null))).ShouldNotBeNull();

    static string Component(string name, string[]? scopes, params (string Name, string Value)[] settings)
    {
        var component = JsonNode.Parse($$"""{ "apiVersion": "dapr.io/v1alpha1", "kind": "Component", "metadata": { "name": "{{name}}" }, "spec": { "type": "state.redis", "version": "v1", "metadata": [] } }""")!;
        foreach (var (setting, value) in settings)
            component["spec"]!["metadata"]!.AsArray().Add(new JsonObject { ["name"] = setting, ["value"] = value });
        if (scopes is not null)
            component["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)scope)]);
        return component.ToJsonString();
    }

    static string With(string component, string setting)
    {
        var changed = JsonNode.Parse(component)!;
        changed["spec"]!["metadata"]!.AsArray().Add(JsonNode.Parse(setting));
        return changed.ToJsonString();
    }

    static string Configuration() =>
        """
        {
          "apiVersion": "dapr.io/v1alpha1", "kind": "Configuration", "metadata": { "name": "daprmemory" },
          "spec": {
            "mtls": { "enabled": true },
            "accessControl": { "defaultAction": "deny", "policies": [ { "appId": "memory-router", "namespace": "memory", "trustDomain": "daprmemory", "defaultAction": "deny" } ] }
          }
        }
        """;

    static string Namespace(string name, string? tenant)
    {
        var item = JsonNode.Parse($$"""{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{name}}", "labels": {} } }""")!;
        if (tenant is not null)
            item["metadata"]!["labels"]!["daprmemory.io/tenant"] = tenant;
        return item.ToJsonString();
    }
}
