using System.Net;

namespace DaprMemory.LocalSidecar.Tests.Secrets;

/// <summary>The answers are those of a recorded daprd where there is a recording.</summary>
public sealed class SecretsApiTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Secrets_of_environment_and_file_are_given_by_their_names()
    {
        Environment.SetEnvironmentVariable("DAPRMEMORY_TEST_SECRET", "from the environment");
        _folder.Write("secrets.json", """{"plain":"p","nested":{"deep":"d","list":["l0","l1"]},"number":7}""");
        var file = Path.Combine(_folder.Components, "secrets.json");
        await using var host = await StartAsync(("env", "secretstores.local.env", ""), ("file", "secretstores.local.file", $"[{{ name: secretsFile, value: '{file}' }}]"));
        using var client = new HttpClient { BaseAddress = host.AddressOf("app-a") };

        foreach (var (path, body) in new[]
        {
            ("env/DAPRMEMORY_TEST_SECRET", """{"DAPRMEMORY_TEST_SECRET":"from the environment"}"""),
            ("env/NO_SUCH_ENV", """{"NO_SUCH_ENV":""}"""),
            ("file/plain", """{"plain":"p"}"""),
            ("file/nested:deep", """{"nested:deep":"d"}"""),
            ("file/nested:list:1", """{"nested:list:1":"l1"}"""),
            ("file/number", """{"number":"7"}"""),
        })
            (await GetAsync(client, path)).ShouldBe((HttpStatusCode.OK, body));
        (await GetAsync(client, "file/none")).ShouldBe((
            HttpStatusCode.InternalServerError, """{"errorCode":"ERR_SECRET_GET","message":"failed getting secret with key none from secret store file: secret none not found"}"""));
        (await GetAsync(client, "nosec/x")).ShouldBe((HttpStatusCode.Unauthorized, """{"errorCode":"ERR_SECRET_STORE_NOT_FOUND","message":"failed finding secret store with key nosec"}"""));
        File.Delete(file);
        (await GetAsync(client, "file/plain")).Status.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Theory]
    [InlineData("APP_API_TOKEN")]
    [InlineData("dapr_api_token")]
    [InlineData("DAPR_HTTP_PORT")]
    public async Task Tokens_of_the_sidecar_are_nobodys_secrets(string name)
    {
        Environment.SetEnvironmentVariable(name, "hidden");
        try
        {
            await using var host = await StartAsync(("env", "secretstores.local.env", ""));
            using var client = new HttpClient { BaseAddress = host.AddressOf("app-a") };
            (await GetAsync(client, $"env/{name}")).ShouldBe((HttpStatusCode.OK, $$"""{"{{name}}":""}"""));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task App_out_of_scope_and_app_without_a_store_get_nothing()
    {
        await using var host = await StartAsync(("env", "secretstores.local.env", ""));
        using var client = new HttpClient { BaseAddress = host.AddressOf("app-b") };
        var (status, body) = await GetAsync(client, "env/PATH");
        status.ShouldBe(HttpStatusCode.InternalServerError);
        body.ShouldContain("ERR_SECRET_STORES_NOT_CONFIGURED");
    }

    [Theory]
    [InlineData("secretstores.local.file", "")]
    [InlineData("secretstores.local.file", "[{ name: secretsFile, value: x }, { name: multiValued, value: 'true' }]")]
    [InlineData("secretstores.hashicorp.vault", "")]
    public async Task Store_that_can_not_be_served_is_refused_at_start(string type, string metadata) =>
        await Should.ThrowAsync<DaprMemory.LocalSidecar.Components.ComponentException>(async () => await (await StartAsync(("s", type, metadata))).DisposeAsync());

    async Task<SidecarHost> StartAsync(params (string Name, string Type, string Metadata)[] components)
    {
        foreach (var (name, type, metadata) in components)
        {
            _folder.Write($"{name}.yaml", $$"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: { name: {{name}} }
                spec: { type: {{type}}, version: v1{{(metadata.Length > 0 ? $", metadata: {metadata}" : "")}} }
                scopes: [app-a]
                """);
        }
        return await SidecarHost.StartAsync(_folder.Options(new SidecarApp("app-a"), new SidecarApp("app-b")));
    }

    static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync("/v1.0/secrets/" + path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
