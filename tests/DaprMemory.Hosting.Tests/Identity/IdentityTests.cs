using System.Net;
using System.Text.Json.Nodes;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace DaprMemory.Hosting.Tests.Identity;

public sealed class IdentityTests : IAsyncLifetime
{
    readonly TestIssuer _issuer = new("ec", "rsa");
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await StartAsync(_issuer.Settings);

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [InlineData("ec")]
    [InlineData("rsa")]
    public async Task Token_of_the_issuer_names_the_caller(string key)
    {
        var claims = TestIssuer.Claims();
        (await GetAsync("/v1/acme/read", _issuer.Sign(claims, key))).ShouldBe((200, $"planner acme Read, Write jwt:{claims["jti"]}"));
    }

    [Fact]
    public async Task Scheme_is_told_without_regard_to_case() =>
        (await SendAsync("/v1/acme/read", ("Authorization", "bEARER " + _issuer.Token()))).Status.ShouldBe(200);

    public static TheoryData<string> BadTokens { get; } =
    [
        "garbage", "empty", "two parts", "five parts", "none", "none, signature left", "HS256 with the public key", "stranger's ES256", "stranger's RS256",
        "RS256 by a key for ES256", "no kid", "unknown kid", "crit", "doubled claim", "expired", "no expiry", "expiry as text", "not yet valid",
        "other issuer", "no issuer", "other audience", "no audience", "no sub", "sub that is no agent", "sub that is no text", "no tenant",
        "tenant in capitals", "tenant with a path", "changed claims", "changed header", "claims that are no object", "too long", "jti with a line feed",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Bad_token_is_refused(string kind)
    {
        var answer = await SendAsync("/v1/acme/read", ("Authorization", "Bearer " + Bad(kind)));
        answer.Status.ShouldBe(401, answer.Body);
        answer.Body.ShouldContain("urn:daprmemory:unauthenticated");
        answer.Challenge.ShouldStartWith("Bearer error=\"invalid_token\", error_description=\"");
    }

    [Fact]
    public async Task Without_a_token_the_answer_asks_for_one_and_names_no_error()
    {
        var answer = await SendAsync("/v1/acme/read");
        (answer.Status, answer.Challenge).ShouldBe((401, "Bearer"));
    }

    [Theory]
    [InlineData("Basic YWxhZGRpbjpvcGVu")]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("")]
    public async Task Authorization_of_another_kind_is_refused(string authorization) =>
        (await SendAsync("/v1/acme/read", ("Authorization", authorization))).Status.ShouldBe(401);

    [Fact]
    public async Task Two_tokens_are_refused_even_if_both_are_good()
    {
        var token = _issuer.Token();
        (await SendAsync("/v1/acme/read", ("Authorization", "Bearer " + token), ("Authorization", "Bearer " + token))).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("/v1/acme/read", "memory:read", 200)]
    [InlineData("/v1/acme/read", "memory:write", 403)]
    [InlineData("/v1/acme/write", "memory:write", 200)]
    [InlineData("/v1/acme/write", "memory:read", 403)]
    [InlineData("/v1/acme/write", "memory:admin", 200)]
    [InlineData("/v1/acme/silent", "memory:read memory:write memory:act", 403)]
    [InlineData("/v1/acme/silent", "memory:admin", 200)]
    [InlineData("/v1/acme/read", "openid MEMORY:READ memory:readx", 403)]
    [InlineData("/v1/acme/read", "", 403)]
    [InlineData("/v1/acme/any", "", 200)]
    [InlineData("/open", "", 200)]
    public async Task Endpoint_wants_its_scope(string path, string scope, int status)
    {
        var answer = await SendAsync(path, ("Authorization", "Bearer " + _issuer.Token(scope: scope)));
        answer.Status.ShouldBe(status, answer.Body);
        if (status == 403)
            answer.Challenge.ShouldStartWith("Bearer error=\"insufficient_scope\", scope=\"memory:");
    }

    [Theory]
    [InlineData("scp", """["memory:read","x",7]""", 200)]
    [InlineData("scp", "\"x memory:read\"", 200)]
    [InlineData("scp", "[[\"memory:read\"]]", 403)]
    [InlineData("scope", "{\"memory:read\":true}", 403)]
    [InlineData("scope", "[\"memory:read\"]", 200)]
    public async Task Scopes_stand_in_a_list_or_a_text(string claim, string value, int status)
    {
        var claims = TestIssuer.Claims(scope: "");
        claims[claim] = JsonNode.Parse(value);
        (await GetAsync("/v1/acme/read", _issuer.Sign(claims))).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("/v1/other/read")]
    [InlineData("/v1/ACME/read")]
    [InlineData("/v1/acme%20/read")]
    [InlineData("/v1/acm%65%2F/read")]
    [InlineData("/v1/acme%2Fx/read")]
    [InlineData("/v1/other/write")]
    [InlineData("/v1/other/silent")]
    [InlineData("/tenantless")]
    public async Task Another_tenant_is_not_found_whatever_the_scope_and_the_answer_tells_nothing_of_it(string path)
    {
        foreach (var scope in new[] { "memory:read", "memory:admin" })
        {
            (await GetAsync(path, _issuer.Token(scope: scope))).ShouldBe((404, """{"type":"urn:daprmemory:not-found","title":"Not found","status":404,"detail":"no such record"}"""));
        }
    }

    [Theory]
    [InlineData("memory:read", "planner", 200, "planner")]
    [InlineData("memory:read", "coder", 422, "only with the scope memory:act")]
    [InlineData("memory:read", "Planner", 422, "only with the scope memory:act")]
    [InlineData("memory:read", "", 422, "an agent has 1 to 128 characters")]
    [InlineData("memory:read memory:act", "coder", 200, "coder")]
    [InlineData("memory:admin", "coder", 200, "coder")]
    [InlineData("memory:admin", "a\tb", 422, "visible ASCII")]
    public async Task Agent_of_the_header_is_the_tokens_unless_the_caller_may_act_for_others(string scope, string agent, int status, string said)
    {
        var answer = await SendAsync("/v1/acme/read", ("Authorization", "Bearer " + _issuer.Token(scope: scope)), ("Memory-Agent", agent));
        answer.Status.ShouldBe(status, answer.Body);
        answer.Body.ShouldContain(said);
    }

    [Fact]
    public async Task Health_and_openings_ask_for_nothing_and_unknown_paths_are_not_found()
    {
        foreach (var path in new[] { "/health/live", "/health/ready", "/healthz", "/open", "/metrics" })
            (await SendAsync(path)).Status.ShouldBe(200, path);
        (await SendAsync("/nowhere")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("dapr-caller-app-id")]
    public async Task Operators_pages_are_not_for_what_a_proxy_or_sidecar_passes_on(string header)
    {
        (await SendAsync("/metrics", (header, "x"))).Status.ShouldBe(404);
        await using var open = await StartAsync(new(_issuer.Settings) { ["Identity:OperatorPages"] = "Everyone" });
        (await SendAsync(open, "/metrics", (header, "x"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Tokens_of_any_bytes_are_refused_and_never_an_error()
    {
        var random = new Random(7);
        var good = _issuer.Token();
        var claims = good[..good.LastIndexOf('.')];
        for (var i = 0; i < 500; i++)
        {
            var token = good.ToCharArray();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                token[random.Next(claims.Length)] = (char)random.Next('!', '\u007f');
            if (new string(token) == good)
                continue;
            var answer = await SendAsync("/v1/acme/read", ("Authorization", "Bearer " + new string(token)));
            answer.Status.ShouldBe(401, new string(token));
        }
    }

    static Task<TestService> StartAsync(Dictionary<string, string?> settings) => TestService.StartAsync(
        app =>
        {
            app.MapGet("/v1/{tenant}/read", Tell).WithAccess(EndpointAccess.Read);
            app.MapGet("/v1/{tenant}/write", Tell).WithAccess(EndpointAccess.Write);
            app.MapGet("/v1/{tenant}/any", Tell).WithAccess(EndpointAccess.Tenant);
            app.MapGet("/v1/{tenant}/silent", Tell);
            app.MapGet("/tenantless", Tell).WithAccess(EndpointAccess.Read);
            app.MapGet("/open", Tell).WithAccess(EndpointAccess.Open);
        },
        builder => builder.Configuration.AddInMemoryCollection(settings));

    static string Tell(HttpContext context)
    {
        var caller = context.GetCaller();
        return $"{caller.Agent} {caller.Tenant} {caller.Scopes} {caller.Via}";
    }

    string Bad(string kind)
    {
        var good = _issuer.Token();
        var parts = good.Split('.');
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return kind switch
        {
            "garbage" => "x.y.z",
            "empty" => ".",
            "two parts" => $"{parts[0]}.{parts[1]}",
            "five parts" => $"{good}.{parts[1]}.{parts[2]}",
            "none" => _issuer.Unsigned(TestIssuer.Claims()),
            "none, signature left" => $"{_issuer.Unsigned(TestIssuer.Claims())}{parts[2]}",
            "HS256 with the public key" => _issuer.SignedWithPublicKey(TestIssuer.Claims()),
            "stranger's ES256" => _issuer.SignedByStranger(TestIssuer.Claims(), "ES256"),
            "stranger's RS256" => _issuer.SignedByStranger(TestIssuer.Claims(), "RS256"),
            "RS256 by a key for ES256" => _issuer.Sign(TestIssuer.Claims(), "rsa", new JsonObject { ["alg"] = "RS256", ["kid"] = "ec" }),
            "no kid" => _issuer.Sign(TestIssuer.Claims(), "ec", new JsonObject { ["alg"] = "ES256" }),
            "unknown kid" => _issuer.Sign(TestIssuer.Claims(), "ec", new JsonObject { ["alg"] = "ES256", ["kid"] = "nobody" }),
            "crit" => _issuer.Sign(TestIssuer.Claims(), "ec", new JsonObject { ["alg"] = "ES256", ["kid"] = "ec", ["crit"] = new JsonArray("exp") }),
            "doubled claim" => _issuer.SignText("""{"tenant":"acme",""" + TestIssuer.Claims().ToJsonString()[1..]),
            "expired" => _issuer.TokenWith("exp", now - 31),
            "no expiry" => _issuer.TokenWith("exp", null),
            "expiry as text" => _issuer.TokenWith("exp", $"{now + 60}"),
            "not yet valid" => _issuer.TokenWith("nbf", now + 300),
            "other issuer" => _issuer.TokenWith("iss", "https://other.test"),
            "no issuer" => _issuer.TokenWith("iss", null),
            "other audience" => _issuer.TokenWith("aud", "other"),
            "no audience" => _issuer.TokenWith("aud", null),
            "no sub" => _issuer.TokenWith("sub", null),
            "sub that is no agent" => _issuer.TokenWith("sub", "Zoë"),
            "sub that is no text" => _issuer.TokenWith("sub", 7),
            "no tenant" => _issuer.TokenWith("tenant", null),
            "tenant in capitals" => _issuer.TokenWith("tenant", "ACME"),
            "tenant with a path" => _issuer.TokenWith("tenant", "acme/x"),
            "changed claims" => $"{parts[0]}.{_issuer.TokenWith("tenant", "other").Split('.')[1]}.{parts[2]}",
            "changed header" => $"{_issuer.Sign(TestIssuer.Claims(), "rsa").Split('.')[0]}.{parts[1]}.{parts[2]}",
            "claims that are no object" => _issuer.SignText("[]"),
            "too long" => _issuer.TokenWith("pad", new string('x', 16 * 1024)),
            "jti with a line feed" => _issuer.TokenWith("jti", "a\nb"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    async Task<(int Status, string Body)> GetAsync(string path, string token)
    {
        var answer = await SendAsync(path, ("Authorization", "Bearer " + token));
        return (answer.Status, answer.Body);
    }

    Task<(int Status, string Body, string Challenge)> SendAsync(string path, params (string Name, string Value)[] headers) => SendAsync(_service, path, headers);

    /// <summary>Sends a request whose headers no client library has touched.</summary>
    static async Task<(int Status, string Body, string Challenge)> SendAsync(TestService service, string path, params (string Name, string Value)[] headers)
    {
        var lines = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        var answer = await service.SendRawAsync($"GET {path} HTTP/1.0\r\nHost: h\r\n{lines}\r\n");
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var challenge = answer[..end].Split("\r\n").SingleOrDefault(line => line.StartsWith("WWW-Authenticate: ", StringComparison.OrdinalIgnoreCase)) ?? "";
        return (int.Parse(answer.Split(' ')[1]), answer[(end + 4)..], challenge[Math.Min(challenge.Length, "WWW-Authenticate: ".Length)..]);
    }
}
