using System.Net;
using DaprMemory.Admission.Tests.Support;

namespace DaprMemory.Admission.Tests.Reviews;

public sealed class ReviewEndpointTests : IAsyncLifetime
{
    const string Pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":{"dapr.io/app-id":"acme-planner"}}}""";

    readonly TestWebhook _webhook = new();

    public Task InitializeAsync() => _webhook.InitializeAsync();

    public Task DisposeAsync() => _webhook.DisposeAsync();

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"1","kind":{"kind":"Pod"}}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_no_question_is_an_error_and_no_answer(string body, HttpStatusCode status)
    {
        using var answer = await _webhook.PostAsync(body);

        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Namespace_of_which_nobody_can_tell_is_an_error_so_that_the_failure_policy_decides()
    {
        await File.WriteAllTextAsync(_webhook.In("token"), "expired");
        using (var refused = await _webhook.PostAsync(TestWebhook.Review("1", Pod, "acme")))
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        // Renewed, it is good again.
        await File.WriteAllTextAsync(_webhook.In("token"), TestApiServer.Token);
        (await _webhook.AskAsync(Pod, "acme")).ShouldBeNull();

        await _webhook.Server.DisposeAsync();
        using var gone = await _webhook.PostAsync(TestWebhook.Review("1", Pod, "acme"));
        gone.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Namespaces_label_counts_as_it_is_now()
    {
        (await _webhook.AskAsync(Pod, "globex")).ShouldNotBeNull();
        _webhook.Server.Namespaces["globex"] = null;
        (await _webhook.AskAsync(Pod, "globex")).ShouldBeNull();
    }

    [Fact]
    public async Task Kinds_without_rules_and_deletions_are_allowed()
    {
        (await _webhook.AskAsync("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}""", "acme")).ShouldBeNull();
        using var answer = await _webhook.PostAsync(
            """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","kind":{"group":"dapr.io","version":"v1alpha1","kind":"Component"},"namespace":"memory","name":"strong","operation":"DELETE","object":null}}""");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"allowed\":true");
    }

    [Fact]
    public async Task Health_pages_answer()
    {
        foreach (var page in new[] { "/health/live", "/health/ready", "/healthz" })
        {
            using var answer = await _webhook.GetAsync(page);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
