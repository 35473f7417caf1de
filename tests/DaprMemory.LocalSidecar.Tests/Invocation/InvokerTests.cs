using System.Net;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.Tests.Invocation;

public sealed class InvokerTests : IAsyncLifetime, IDisposable
{
    readonly TestFolder _folder = new();
    EchoApp _app = null!;
    SidecarHost _host = null!;
    DaprClient _a = null!;

    public async Task InitializeAsync()
    {
        _app = await EchoApp.StartAsync();
        var options = _folder.Options(new SidecarApp("app-a"), new SidecarApp("app-b"), new SidecarApp("down", 0, new Uri("http://127.0.0.1:1")));
        _host = await SidecarHost.StartAsync(options with { ApiToken = "for-sidecars", AppApiToken = "for-apps" });
        _host.SetAppAddress("app-b", _app.Address);
        _a = new DaprClient(_host.AddressOf("app-a"));
        _a.Http.DefaultRequestHeaders.Add("dapr-api-token", "for-sidecars");
    }

    public async Task DisposeAsync()
    {
        _app.GoOn.TrySetResult();
        await _host.DisposeAsync();
        await _app.DisposeAsync();
    }

    public void Dispose()
    {
        _a?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Request_reaches_the_app_with_method_query_body_and_headers()
    {
        var echo = await EchoAsync("POST", "/v1.0/invoke/app-b/method/echo/deep?x=1&y=a%20b", "{\"hi\":1}", ("X-Custom", "v"), ("Keep-Alive", "5"));

        echo.Method.ShouldBe("POST");
        echo.Target.ShouldBe("/echo/deep?x=1&y=a%20b");
        echo.Body.ShouldBe("{\"hi\":1}");
        echo.Headers["x-custom"].ShouldBe("v");
        echo.Headers["host"].ShouldBe(_app.Address.Authority);
        echo.Headers["content-length"].ShouldBe("8");
        echo.Headers.ShouldNotContainKey("keep-alive");
    }

    [Fact]
    public async Task Header_names_the_app_and_leaves_the_path_to_it()
    {
        var echo = await EchoAsync("GET", "/v1/t/s/state/k?at=1", null, ("dapr-app-id", "app-b"));

        echo.Target.ShouldBe("/v1/t/s/state/k?at=1");
        echo.Headers.ShouldNotContainKey("dapr-app-id");
        echo.Headers.ShouldNotContainKey("content-length");
        echo.Headers.ShouldNotContainKey("transfer-encoding");
    }

    [Fact]
    public async Task Remote_app_learns_the_true_caller_and_gets_the_token_of_apps()
    {
        var echo = await EchoAsync(
            "GET", "/v1.0/invoke/app-b/method/echo", null, ("dapr-caller-app-id", "forged"), ("dapr-caller-namespace", "forged"),
            ("traceparent", "00-a0902906fdc152cc3520e5ae42900759-4b5e5dd5cf8710ff-01"), ("X-Forwarded-For", "10.0.0.1"));

        echo.Headers["dapr-caller-app-id"].ShouldBe("app-a");
        echo.Headers["dapr-caller-namespace"].ShouldBe("default");
        echo.Headers["dapr-callee-app-id"].ShouldBe("app-b");
        echo.Headers["dapr-api-token"].ShouldBe("for-apps");
        echo.Headers["x-forwarded-for"].ShouldContain("10.0.0.1");
        echo.Headers["x-forwarded-for"].ShouldEndWith("127.0.0.1");
        echo.Headers["forwarded"].ShouldStartWith("for=127.0.0.1;by=127.0.0.1;host=");
        echo.Headers.ShouldContainKey("x-forwarded-host");
        echo.Headers["traceparent"].ShouldStartWith("00-a0902906fdc152cc3520e5ae42900759-");
        echo.Headers["traceparent"].ShouldNotContain("4b5e5dd5cf8710ff");
    }

    [Fact]
    public async Task Own_app_gets_the_caller_headers_as_they_came()
    {
        _host.SetAppAddress("app-a", _app.Address);

        var echo = await EchoAsync("GET", "/v1.0/invoke/app-a/method/echo", null, ("dapr-caller-app-id", "anyone"));

        echo.Headers["dapr-caller-app-id"].ShouldBe("anyone");
        echo.Headers["dapr-api-token"].ShouldBe("for-apps");
        echo.Headers.ShouldNotContainKey("x-forwarded-for");
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("a/b/", "/a/b/")]
    [InlineData("a%2Fb", "/a/b")]
    [InlineData("a%20b:c@d=e~f", "/a%20b:c@d=e~f")]
    [InlineData("a/%2E%2E/b", "/b")]
    [InlineData("%E6%BC%A2", "/%E6%BC%A2")]
    public async Task Path_is_decoded_cleaned_and_encoded_again(string path, string expected) =>
        (await EchoAsync("GET", "/v1.0/invoke/app-b/method/" + path)).Target.ShouldBe(expected);

    [Theory]
    [InlineData("a%3Fb")]
    [InlineData("a%23b")]
    [InlineData("a%0Ab")]
    public async Task Path_with_a_hidden_query_fragment_or_control_character_is_refused(string path)
    {
        var answer = await _a.GetAsync("/v1.0/invoke/app-b/method/" + path);

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_DIRECT_INVOKE");
    }

    [Fact]
    public async Task Answer_passes_through_with_status_headers_and_body()
    {
        using var response = await _a.Http.GetAsync(new Uri(_host.AddressOf("app-a"), "/v1.0/invoke/app-b/method/teapot"));

        ((int)response.StatusCode).ShouldBe(418);
        response.Headers.GetValues("X-App").ShouldBe(["yes"]);
        response.Headers.GetValues("Set-Cookie").ShouldBe(["a=1", "b=2"]);
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"teapot\":true}");
        (await _a.GetAsync("/v1.0/invoke/app-b/method/empty")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Answer_streams()
    {
        using var response = await _a.Http.GetAsync(
            new Uri(_host.AddressOf("app-a"), "/v1.0/invoke/app-b/method/stream"), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        (await lines.ReadLineAsync()).ShouldBe("first");
        _app.GoOn.SetResult();
        (await lines.ReadLineAsync()).ShouldBe("second");
    }

    [Fact]
    public async Task Torn_answer_is_torn_for_the_caller_too()
    {
        using var response = await _a.Http.GetAsync(
            new Uri(_host.AddressOf("app-a"), "/v1.0/invoke/app-b/method/torn"), HttpCompletionOption.ResponseHeadersRead);
        var body = response.Content.ReadAsStringAsync();
        _app.GoOn.SetResult();

        await Should.ThrowAsync<HttpRequestException>(() => body);
    }

    [Fact]
    public async Task Body_over_the_limit_is_refused_unless_it_streams()
    {
        var large = new byte[4 * 1024 * 1024 + 1];
        Array.Fill(large, (byte)'x');
        foreach (var isChunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.AddressOf("app-a"), "/v1.0/invoke/app-b/method/empty"));
            request.Content = new ByteArrayContent(large);
            request.Headers.TransferEncodingChunked = isChunked;
            using var response = await _a.Http.SendAsync(request);
            response.StatusCode.ShouldBe(isChunked ? HttpStatusCode.NoContent : HttpStatusCode.InternalServerError);
        }
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("down")]
    [InlineData("app-a")] // its address is not known
    public async Task App_that_cannot_be_reached_is_a_500(string appId)
    {
        var answer = await _a.GetAsync($"/v1.0/invoke/{appId}/method/x");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_DIRECT_INVOKE");
        answer.Body.ShouldContain($"failed to invoke, id: {appId}, err: ");
    }

    [Theory]
    [InlineData("/v1.0/invoke/app-b/nomethod")]
    [InlineData("/v1.0/invoke/app-b/method")]
    [InlineData("/v1.0/invoke//method/x")]
    public async Task Path_without_app_or_method_is_a_404(string path) => (await _a.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Address_in_place_of_an_app_id_is_called_without_any_word_of_dapr()
    {
        var echo = await EchoAsync("GET", $"/v1.0/invoke/{Uri.EscapeDataString(_app.Address.ToString().TrimEnd('/'))}/method/ep");

        echo.Target.ShouldBe("/ep");
        echo.Headers.Keys.ShouldNotContain(name => name.StartsWith("dapr-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SidecarPeerKind.Sidecar)]
    [InlineData(SidecarPeerKind.App)]
    public async Task App_of_another_process_is_reached_through_its_sidecar_or_directly(SidecarPeerKind kind)
    {
        var address = kind == SidecarPeerKind.Sidecar ? _host.AddressOf("app-b") : _app.Address;
        await using var other = await SidecarHost.StartAsync(_folder.Options(new SidecarApp("app-c")) with
        {
            Peers = [new SidecarPeer("app-b", address, kind)],
            ApiToken = "for-sidecars",
            AppApiToken = "for-apps",
        });
        using var c = new DaprClient(other.AddressOf("app-c"));

        var answer = await c.SendAsync("PUT", "/v1.0/invoke/app-b/method/echo?x=1", "body", ("dapr-api-token", "for-sidecars"));

        var echo = JsonSerializer.Deserialize<Echo>(answer.Body)!;
        echo.ShouldSatisfyAllConditions(
            e => e.Method.ShouldBe("PUT"),
            e => e.Target.ShouldBe("/echo?x=1"),
            e => e.Body.ShouldBe("body"),
            e => e.Headers["dapr-caller-app-id"].ShouldBe("app-c"),
            e => e.Headers["dapr-callee-app-id"].ShouldBe("app-b"),
            e => e.Headers["dapr-api-token"].ShouldBe("for-apps"));
    }

    [Fact]
    public async Task Headers_beyond_the_read_buffer_are_refused()
    {
        (await _a.SendAsync("GET", "/v1.0/invoke/app-b/method/echo", null, ("X-Long", new string('x', 3000)))).Status.ShouldBe(HttpStatusCode.OK);

        var answer = await _a.SendAsync("GET", "/v1.0/invoke/app-b/method/echo", null, ("X-Long", new string('x', 9000)));

        answer.Status.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    async Task<Echo> EchoAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var answer = await _a.SendAsync(method, path, body, headers);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        return JsonSerializer.Deserialize<Echo>(answer.Body)!;
    }
}
