using System.Net;
using DaprMemory.LocalSidecar.Components;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Tests.Components;

public sealed class ComponentSetTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        _folder.Add("odd", "state.nothing", "v1").Add("secrets", "secretstores.hashicorp.vault", "v1").Add("prefixed", "state.sqlite", "v1", ("keyPrefix", "a||b"));
        _folder.Write("again.yaml", "kind: Component\nmetadata:\n  name: strong\nspec:\n  type: state.sqlite\n");
        _folder.Write("torn.yaml", "kind: [");

        var error = await Should.ThrowAsync<ComponentException>(() => SidecarHost.StartAsync(_folder.Options()));

        error.Errors.Count.ShouldBe(5);
        error.Message.ShouldContain("'odd': the type state.nothing/v1 is not known");
        error.Message.ShouldContain("'secrets'");
        error.Message.ShouldContain("'prefixed'");
        error.Message.ShouldContain("'strong' is there 2 times");
        error.Message.ShouldContain("torn.yaml");
    }

    [Fact]
    public async Task Documents_of_other_kinds_and_ignorable_components_are_left_out_and_pubsub_is_listed()
    {
        _folder.Write("many.yml", """
            kind: Subscription
            metadata:
              name: s
            ---
            kind: Component
            metadata:
              name: odd
            spec:
              type: state.nothing
              ignoreErrors: true
            ---
            kind: Component
            metadata:
              name: events
            spec:
              type: pubsub.pulsar
              version: v1
            """);
        await using var host = await SidecarHost.StartAsync(_folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        var metadata = (await dapr.GetAsync("/v1.0/metadata")).Body;

        metadata.ShouldContain("\"events\"");
        metadata.ShouldContain("\"strong\"");
        metadata.ShouldNotContain("\"odd\"");
    }

    [Fact]
    public async Task Component_out_of_scope_is_not_found()
    {
        _folder.Write("strong.yaml", "kind: Component\nmetadata:\n  name: strong\nspec:\n  type: state.sqlite\n  version: v1\nscopes:\n- app-a\n");
        _folder.Add("other", "state.sqlite", "v1");
        await using var host = await SidecarHost.StartAsync(_folder.Options(new SidecarApp("app-a"), new SidecarApp("app-b")));
        using var a = new DaprClient(host.AddressOf("app-a"));
        using var b = new DaprClient(host.AddressOf("app-b"));

        (await a.GetAsync("/v1.0/state/strong/k")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await b.GetAsync("/v1.0/state/strong/k")).ErrorCode.ShouldBe("ERR_STATE_STORE_NOT_FOUND");
    }

    [Fact]
    public async Task Without_any_store_every_store_is_not_configured()
    {
        File.Delete(Path.Combine(_folder.Components, "strong.yaml"));
        await using var host = await SidecarHost.StartAsync(_folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        (await dapr.GetAsync("/v1.0/state/strong/k")).ShouldSatisfyAllConditions(
            a => a.Status.ShouldBe(HttpStatusCode.InternalServerError),
            a => a.ErrorCode.ShouldBe("ERR_STATE_STORE_NOT_CONFIGURED"));
    }

    [Theory]
    [InlineData("appId", "app-a||k")]
    [InlineData("none", "k")]
    [InlineData("name", "store||k")]
    [InlineData("Fleet", "fleet||k")]
    public async Task Key_prefix_stands_before_the_stored_key(string prefix, string storedKey)
    {
        _folder.Add("store", "state.sqlite", "v1", ("KeyPrefix", prefix));
        await using var host = await SidecarHost.StartAsync(_folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        await dapr.PostAsync("/v1.0/state/store", """[{"key":"k","value":1}]""");

        using var file = new SqliteConnection($"Data Source={Path.Combine(_folder.Data, "store.db")};Mode=ReadOnly;Pooling=False");
        file.Open();
        using var key = file.CreateCommand();
        key.CommandText = "SELECT key FROM state";
        key.ExecuteScalar().ShouldBe(storedKey);
        (await dapr.PostAsync("/v1.0/state/store/bulk", """{"keys":["k"]}""")).Body.ShouldContain("\"key\":\"k\"");
    }
}
