using DaprMemory.Conformance;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Tests.Log;

public sealed class TenantStoreTests
{
    static readonly byte[] Value = "1"u8.ToArray();

    readonly InMemoryCommitStore _all = new();
    readonly TenantStore _acme;

    public TenantStoreTests() => _acme = new TenantStore(_all, "acme");

    [Fact]
    public async Task Keys_of_the_tenant_are_reached()
    {
        (await _acme.TryCreateAsync("acme:s:c:1", Value, CancellationToken.None)).ShouldBeTrue();
        (await _acme.GetManyAsync(["acme:s:c:1", "acme:"], CancellationToken.None)).Keys.ShouldBe(["acme:s:c:1"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("acme")]
    [InlineData(":acme:s:c:1")]
    [InlineData("acme2:s:c:1")]
    [InlineData("acm:e:s:c:1")]
    [InlineData("acme-x:s:c:1")]
    [InlineData("acme/s:c:1")]
    [InlineData("ACME:s:c:1")]
    [InlineData(" acme:s:c:1")]
    [InlineData("acme\u200d:s:c:1")]
    [InlineData("other:acme:c:1")]
    public async Task Key_of_another_is_refused_before_the_store_hears_of_it(string key)
    {
        await _all.TryCreateAsync(key, Value, CancellationToken.None);
        var etag = (await _all.GetAsync(key, CancellationToken.None))!.Value.ETag;
        (_all.IsUnavailable, _all.OnWrite) = (_ => throw new ShouldAssertException("The store was asked."), _ => throw new ShouldAssertException("The store was asked."));

        await Refused(() => _acme.GetAsync(key, CancellationToken.None));
        await Refused(() => _acme.GetManyAsync(["acme:s:c:1", key], CancellationToken.None));
        await Refused(() => _acme.TryCreateAsync(key, Value, CancellationToken.None));
        await Refused(() => _acme.TryUpdateAsync(key, Value, etag, CancellationToken.None));
    }

    static async Task Refused(Func<Task> call) =>
        (await Should.ThrowAsync<InvalidOperationException>(call)).Message.ShouldNotContain("acme");
}
