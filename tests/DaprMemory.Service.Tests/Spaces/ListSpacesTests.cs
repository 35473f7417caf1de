using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.Spaces;

public sealed class ListSpacesTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Spaces_are_listed_in_pages_with_their_names_and_only_those_of_the_tenant()
    {
        foreach (var path in new[] { "/v1/acme/notes", "/v1/acme/Plans", "/v1/acme/spaces", "/v1/acme-2/secret" })
            (await _service.SendAsync("PUT", path + "/state/k", "1")).Status.ShouldBe(201);

        var first = await _service.SendAsync("GET", "/v1/acme/spaces?limit=2");
        first.Status.ShouldBe(200, first.Text);
        first.Text.ShouldBe("""{"items":[{"name":"Plans"},{"name":"notes"}],"next":"notes"}""");
        first.Headers["Memory-Consistency"].ShouldBe("strong");
        first.Headers.ShouldNotContainKey("Memory-Token");
        (await _service.SendAsync("GET", "/v1/acme/spaces?after=notes")).Text.ShouldBe("""{"items":[{"name":"spaces"}]}""");
        (await _service.SendAsync("GET", "/v1/nobody/spaces")).Text.ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task Space_that_another_shard_began_is_listed_at_once()
    {
        await using var other = await TestService.StartAsync(_store);
        for (var i = 0; i < 10; i++)
        {
            (await _service.SendAsync("GET", "/v1/acme/spaces")).Json.GetProperty("items").GetArrayLength().ShouldBe(i);
            (await other.SendAsync("PUT", $"/v1/acme/s{i}/state/k", "1")).Status.ShouldBe(201);
        }
        (await _service.SendAsync("GET", "/v1/acme/spaces")).Json.GetProperty("items").GetArrayLength().ShouldBe(10);
    }

    [Fact]
    public async Task Directory_that_can_not_be_read_is_unavailable()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        _store.IsUnavailable = key => key.Contains(":@spaces:", StringComparison.Ordinal);
        (await _service.SendAsync("GET", "/v1/acme/spaces")).ShouldBeProblem(503, "unavailable");
    }

    [Theory]
    [InlineData("/v1/Acme/spaces", "invalid-tenant")]
    [InlineData("/v1/acme/spaces?limit=0", "invalid-query")]
    [InlineData("/v1/acme/spaces?limit=1001", "invalid-query")]
    [InlineData("/v1/acme/spaces?after=@spaces", "invalid-query")]
    public async Task What_breaks_a_rule_is_refused(string path, string type) => (await _service.SendAsync("GET", path)).ShouldBeProblem(422, type);

    [Theory]
    [InlineData("/v1/acme/@spaces/state/k")]
    [InlineData("/v1/acme/%40spaces/commits")]
    [InlineData("/v1/@/x/state/k")]
    public async Task Directories_are_no_spaces_of_clients(string path)
    {
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("GET", path)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Only_reading_is_possible() => (await _service.SendAsync("POST", "/v1/acme/spaces", "{}")).ShouldBeProblem(405, "method-not-allowed");
}
