using DaprMemory.Admission.Tests.Support;

namespace DaprMemory.Admission.Tests.Certificates;

public sealed class ServerCertificateTests : IAsyncLifetime
{
    readonly TestWebhook _webhook = new();

    public Task InitializeAsync() => _webhook.InitializeAsync();

    public Task DisposeAsync() => _webhook.DisposeAsync();

    [Fact]
    public async Task Certificate_that_changes_is_shown_without_a_restart()
    {
        (await ShowAsync()).ShouldBe("CN=first");

        _webhook.SetCertificate("second");
        _webhook.Time.Advance(TimeSpan.FromSeconds(10));

        (await ShowAsync()).ShouldBe("CN=second");
    }

    [Fact]
    public async Task Pair_that_cannot_be_used_leaves_the_old_one_in_force()
    {
        // As between the writing of one file and of the other.
        _webhook.SetCertificate((_webhook.Sign("third").Certificate, _webhook.Sign("fourth").Key));
        _webhook.Time.Advance(TimeSpan.FromSeconds(10));
        (await ShowAsync()).ShouldBe("CN=first");

        File.Delete(_webhook.In("tls.key"));
        _webhook.Time.Advance(TimeSpan.FromSeconds(10));
        (await ShowAsync()).ShouldBe("CN=first");

        _webhook.SetCertificate("fifth");
        _webhook.Time.Advance(TimeSpan.FromSeconds(10));
        (await ShowAsync()).ShouldBe("CN=fifth");
    }

    async Task<string?> ShowAsync()
    {
        using var answer = await _webhook.GetAsync("/health/live");
        answer.EnsureSuccessStatusCode();
        return _webhook.Shown;
    }
}
