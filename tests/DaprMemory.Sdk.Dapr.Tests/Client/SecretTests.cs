using Dapr;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>Secrets. Answers are those of a recorded daprd.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task Secret_is_its_values_by_name()
    {
        await using var sidecar = await SidecarStub.StartAsync(200, """{"HOME":"/root","other":"x"}""");
        using var client = sidecar.Client();
        (await client.GetSecretAsync("secrets-env", "a/b c", new Dictionary<string, string> { ["version_id"] = "3" })).ShouldBe(new() { ["HOME"] = "/root", ["other"] = "x" });
        (sidecar.Only.Method, sidecar.Only.Target).ShouldBe(("GET", "/v1.0/secrets/secrets-env/a%2Fb%20c?metadata.version_id=3"));
    }

    [Theory]
    [InlineData(401, """{"errorCode":"ERR_SECRET_STORE_NOT_FOUND","message":"failed finding secret store with key nosec"}""", "ERR_SECRET_STORE_NOT_FOUND")]
    [InlineData(403, """{"errorCode":"ERR_PERMISSION_DENIED","message":"access denied by policy"}""", "ERR_PERMISSION_DENIED")]
    [InlineData(200, "[1]", "deserialized")]
    public async Task Refusal_is_an_exception_that_says_why(int status, string body, string reason)
    {
        await using var sidecar = await SidecarStub.StartAsync(status, body);
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.GetSecretAsync("nosec", "x"))).Message.ShouldContain(reason);
    }
}
