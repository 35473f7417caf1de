using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Builder;

namespace DaprMemory.Hosting.Tests.Requests;

public sealed class DotSegmentMiddlewareTests
{
    [Theory]
    [InlineData("/v1/t/s/state/a/../b")]
    [InlineData("/v1/t/s/state/./b")]
    [InlineData("/v1/t/s/state/b/.")]
    [InlineData("/v1/t/s/state/b/..?at=1")]
    [InlineData("/v1/t/s/state/%2e%2e/b")]
    [InlineData("/v1/t/s/state/%2E./b")]
    [InlineData("/v1/t/s/state/.%2e")]
    [InlineData("/..")]
    [InlineData("http://localhost/v1/t/../u")]
    public async Task Target_with_a_dot_segment_is_refused_before_routing(string target)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/{**path}", (string path) => path));

        var (status, body) = await service.SendTargetAsync(target);

        status.ShouldBe(422);
        body.ShouldBe("""{"type":"urn:daprmemory:invalid-key","title":"A name or argument breaks a rule","status":422,"rule":"a key has no '.' or '..' segment"}""");
    }

    [Theory]
    [InlineData("/v1/t/s/state/.hidden")]
    [InlineData("/v1/t/s/state/...")]
    [InlineData("/v1/t/s/state/a..b/c.")]
    [InlineData("/v1/t/s/state/%2ehidden")]
    [InlineData("/v1/t/s/state/%2e%2e%2e")]
    [InlineData("/v1/t/s/state/a?prefix=/../b")]
    public async Task Target_whose_dots_are_part_of_a_name_is_served(string target)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/{**path}", (string path) => path));

        (await service.SendTargetAsync(target)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("/")]
    public void Target_without_a_path_has_no_dot_segment(string target) => RawTarget.HasDotSegment(target).ShouldBeFalse();
}
