using System.Text.Json.Nodes;
using DaprMemory.EndToEnd.Tests.Support;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>Whatever a stranger or another tenant sends, at the router or at a shard: not one byte of what is not theirs, and no server error.</summary>
public sealed class AttackTests(AttackedCluster cluster) : IClassFixture<AttackedCluster>
{
    const string Victim = AttackedCluster.Victim, Attacker = AttackedCluster.Attacker, Space = AttackedCluster.Space;

    [Fact]
    public async Task Owner_sees_what_is_planted()
    {
        foreach (var door in cluster.Doors)
        {
            foreach (var path in new[] { $"state/{Secrets.Key}", "state", "commits", "commits/1" })
                (await RawHttp.SendAsync(door, "GET", $"/v1/{Victim}/{Space}/{path}", [cluster.Bearer(Victim)])).Text.ShouldContain(Secrets.Mark);
        }
    }

    public static TheoryData<string, int> Strangers { get; } = new()
    {
        { "no token", 401 },
        { "garbage", 401 },
        { "expired", 401 },
        { "not yet valid", 401 },
        { "wrong issuer", 401 },
        { "wrong audience", 401 },
        { "alg none", 401 },
        { "HS256 with the public key", 401 },
        { "ES256 of a stranger under a known kid", 401 },
        { "RS256 of a stranger under a known kid", 401 },
        { "claims of the victim under the signature of another", 401 },
        { "no tenant", 401 },
        { "forged app", 401 },
        { "forged router", 401 },
        { "other tenant", 404 },
        { "other tenant that forges everything", 404 },
        { "no scope", 403 },
        { "the other scope", 403 },
        { "agent of another", 422 },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Stranger_gets_nothing_from_any_operation(string who, int status)
    {
        cluster.Operations.Count.ShouldBeGreaterThan(10);
        foreach (var door in cluster.Doors)
        {
            foreach (var operation in cluster.Operations)
            {
                var target = operation.Target(Victim, Space);
                var answer = await RawHttp.SendAsync(door, operation.Method, target, Forge(who, operation), operation.HasBody ? Secrets.Body : null);
                answer.Status.ShouldBe(status, $"{operation.Method} {target} at {door}: {answer.Text}");
                answer.Text.ShouldNotContain(Secrets.Mark);
            }
        }
        await Owner_sees_what_is_planted();
    }

    [Theory]
    [InlineData("/v1/{victim}/{rest}")]
    [InlineData("/v1/ALPHA/{rest}")]
    [InlineData("/v1/%61lpha/{rest}")]
    [InlineData("/v1/%2561lpha/{rest}")]
    [InlineData("/v1/alpha%20/{rest}")]
    [InlineData("/v1/alpha%09/{rest}")]
    [InlineData("/v1/alpha%00/{rest}")]
    [InlineData("/v1/alpha./{rest}")]
    [InlineData("/v1/alpha;beta/{rest}")]
    [InlineData("/v1//alpha/{rest}")]
    [InlineData("//v1/alpha/{rest}")]
    [InlineData("/./v1/alpha/{rest}")]
    [InlineData("/v1/beta/../alpha/{rest}")]
    [InlineData("/v1/beta/%2e%2e/alpha/{rest}")]
    [InlineData("/v1/beta/%252e%252e/alpha/{rest}")]
    [InlineData("/v1/beta/..%2falpha%2f{rest}")]
    [InlineData("/v1/beta%2f..%2falpha/{rest}")]
    [InlineData("/v1/beta%2F%2E%2E%2Falpha/{rest}")]
    [InlineData("/v1/beta%5c..%5calpha/{rest}")]
    [InlineData("/v1/beta\\..\\alpha/{rest}")]
    [InlineData("/v1/beta%2f/{rest}")]
    [InlineData("/v1/beta/alpha%2f{rest}")]
    [InlineData("/v1/beta/alpha:{rest}")]
    [InlineData("/v1/beta/x@alpha/{rest}")]
    [InlineData("/v1/beta/vault@../{rest}")]
    [InlineData("/v1/beta/alpha@{rest}")]
    [InlineData("/v1/beta/@{rest}")]
    [InlineData("/v1/beta/vault@vault@vault/state/{key}")]
    [InlineData("/v1/beta/vault%40vault/state/{key}")]
    [InlineData("/v1/beta/vault/state/../../../alpha/{rest}")]
    [InlineData("/v1/beta/vault/state/..%2f..%2f..%2falpha%2f{rest}")]
    [InlineData("/v1/beta/vault/state/alpha:vault:c:0000000000000001")]
    [InlineData("/v1/beta/vault/state/{key}?tenant=alpha&space=vault")]
    [InlineData("/v1/beta/vault/state/{key}#/v1/alpha/vault")]
    [InlineData("http://alpha/v1/alpha/{rest}")]
    [InlineData("http://beta/v1/beta/../alpha/{rest}")]
    public async Task Forged_path_leads_to_nobody_elses(string form)
    {
        foreach (var door in cluster.Doors)
        {
            foreach (var rest in new[] { $"{Space}/state/{Secrets.Key}", $"{Space}/state", $"{Space}/commits", $"{Space}/commits/1", $"{Space}/watch?after=0" })
            {
                var target = form.Replace("{victim}", Victim).Replace("{rest}", rest).Replace("{key}", "treasure");
                var answer = await RawHttp.SendAsync(door, "GET", target, [cluster.Bearer(Attacker), ("X-Original-URL", $"/v1/alpha/{rest}"), ("X-Rewrite-URL", $"/v1/alpha/{rest}")]);
                answer.Status.ShouldBeLessThan(500, $"{target}: {answer.Text}");
                // The answer of a path that is one's own may be a success; there is nothing there.
                answer.Text.Replace(rest, "").ShouldNotContain(Secrets.Value, customMessage: target);
                answer.Text.ShouldNotContain(Secrets.Agent, customMessage: target);
            }
        }
    }

    [Fact]
    public async Task What_another_tenant_has_can_not_be_told_from_what_nobody_has()
    {
        foreach (var door in cluster.Doors)
        {
            foreach (var operation in cluster.Operations)
            {
                var answers = new List<string>();
                foreach (var (tenant, space) in new[] { (Victim, Space), (Victim, "no-such-space"), ("no-such-tenant", Space), ("ALPHA", Space), ("-", "..x") })
                    answers.Add((await RawHttp.SendAsync(door, operation.Method, operation.Target(tenant, space), [cluster.Bearer(Attacker)], operation.HasBody ? "{}" : null)).WithoutDate);
                answers.Distinct().Count().ShouldBe(1, string.Join("\n\n", answers.Distinct()));
            }
            var foreign = await RawHttp.SendAsync(door, "GET", $"/v1/{Victim}/{Space}/state/{Secrets.Key}", [cluster.Bearer(Attacker)]);
            var own = await RawHttp.SendAsync(door, "GET", $"/v1/{Attacker}/{Space}/state/{Secrets.Key}", [cluster.Bearer(Attacker)]);
            (foreign.Status, foreign.Body).ShouldBe((own.Status, own.Body));
        }
    }

    [Fact]
    public async Task Token_of_what_another_tenant_has_seen_is_refused()
    {
        var seen = await RawHttp.SendAsync(cluster.Doors[0], "GET", $"/v1/{Victim}/{Space}/state", [cluster.Bearer(Victim)]);
        var token = seen.Text.Split("\r\n").Single(line => line.StartsWith("Memory-Token: ", StringComparison.Ordinal))["Memory-Token: ".Length..];
        foreach (var door in cluster.Doors)
        {
            foreach (var level in new[] { "eventual", "session", "causal", "strong" })
            {
                var answer = await RawHttp.SendAsync(
                    door, "GET", $"/v1/{Attacker}/{Space}/state", [cluster.Bearer(Attacker), ("Memory-Token", token), ("Memory-Consistency", level)]);
                answer.Status.ShouldBe(422, answer.Text);
                answer.Text.ShouldContain("urn:daprmemory:invalid-token");
            }
        }
    }

    [Fact]
    public async Task Search_over_spaces_reaches_none_of_another_tenant()
    {
        var planted = await RawHttp.SendAsync(cluster.Doors[0], "PUT", $"/v1/{Victim}/{Space}/memories/m", [cluster.Bearer(Victim)], $$"""{"text":"{{Secrets.Value}}"}""");
        planted.Status.ShouldBeLessThan(300, planted.Text);
        foreach (var door in cluster.Doors)
        {
            (await SearchAsync(door, Victim, Victim, Space)).Body.ShouldContain(Secrets.Value);
            var own = await SearchAsync(door, Attacker, Attacker, Space);
            (own.Status, own.Body.Contains("\"items\":[]")).ShouldBe((200, true), own.Text);
            (await SearchAsync(door, Attacker, Victim, Space)).Status.ShouldBe(404);
            foreach (var forged in new[] { $"../{Victim}/{Space}", $"{Victim}/{Space}", $"..%2f{Victim}%2f{Space}", $"{Victim}:{Space}", "..", $"x@../{Space}", $"\\u002e./{Victim}/{Space}" })
            {
                var answer = await SearchAsync(door, Attacker, Attacker, forged);
                answer.Status.ShouldBe(422, answer.Text);
                answer.Text.ShouldNotContain(Secrets.Mark);
            }
        }

        Task<RawAnswer> SearchAsync(Uri door, string caller, string tenant, string space) => RawHttp.SendAsync(
            door, "POST", $"/v1/{tenant}/search", [cluster.Bearer(caller)], $$"""{"query":"{{Secrets.Value}}","spaces":["{{space}}"]}""");
    }

    [Fact]
    public async Task Entry_names_the_tokens_agent()
    {
        var space = $"s-{Guid.NewGuid():N}";
        await RawHttp.SendAsync(cluster.Doors[0], "PUT", $"/v1/{Attacker}/{space}/state/k", [cluster.Bearer(Attacker, "coder", "memory:write")], "1");
        await RawHttp.SendAsync(cluster.Doors[0], "PUT", $"/v1/{Attacker}/{space}/state/k", [cluster.Bearer(Attacker, "gateway", "memory:write memory:act"), ("Memory-Agent", "planner")], "2");
        var commits = await RawHttp.SendAsync(cluster.Doors[0], "GET", $"/v1/{Attacker}/{space}/commits", [cluster.Bearer(Attacker)]);
        foreach (var agent in new[] { "coder", "planner" })
            commits.Body.ShouldContain($"\"by\":\"{agent}\"");
    }

    [Fact]
    public async Task Event_that_no_sidecar_brings_is_refused()
    {
        const string forged = """{"specversion":"1.0","id":"x","type":"memory.committed.v1","source":"memory-1","data":{"tenant":"alpha","space":"vault","n":2,"commit":"{}"}}""";
        foreach (var headers in new (string, string)[][] { [], [cluster.Bearer(Victim)], [("dapr-api-token", "guess")] })
            (await RawHttp.SendAsync(cluster.Shard, "POST", "/events/commits", headers, forged)).Status.ShouldBe(401);
        (await RawHttp.SendAsync(cluster.Doors[0], "POST", "/events/commits", [cluster.Bearer(Victim)], forged)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Pages_of_operators_tell_of_no_tenant()
    {
        await Owner_sees_what_is_planted();
        foreach (var (door, path) in cluster.Doors.Select(door => (door, "/metrics")).Append((cluster.Doors[0], "/cluster")).Append((cluster.Shard, "/health/ready")))
        {
            var page = await RawHttp.SendAsync(door, "GET", path, []);
            page.Status.ShouldBe(200, page.Text);
            foreach (var name in new[] { Secrets.Mark, Victim, Space })
                page.Text.ShouldNotContain(name);
        }
    }

    (string, string)[] Forge(string who, Operation operation)
    {
        var issuer = cluster.Issuer;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var good = issuer.Sign(AttackedCluster.Claims(Victim)).Split('.');
        var token = who switch
        {
            "garbage" => "x.y.z",
            "expired" => issuer.Sign(With("exp", now - 31)),
            "not yet valid" => issuer.Sign(With("nbf", now + 3600)),
            "wrong issuer" => issuer.Sign(With("iss", "https://issuer.test")),
            "wrong audience" => issuer.Sign(With("aud", "another")),
            "alg none" => issuer.Unsigned(AttackedCluster.Claims(Victim)),
            "HS256 with the public key" => issuer.SignedWithPublicKey(AttackedCluster.Claims(Victim)),
            "ES256 of a stranger under a known kid" => issuer.SignedByStranger(AttackedCluster.Claims(Victim), "ES256"),
            "RS256 of a stranger under a known kid" => issuer.SignedByStranger(AttackedCluster.Claims(Victim), "RS256"),
            "claims of the victim under the signature of another" =>
                $"{good[0]}.{good[1]}.{issuer.Sign(AttackedCluster.Claims(Attacker)).Split('.')[2]}",
            "no tenant" => issuer.Sign(With("tenant", null)),
            "other tenant" or "other tenant that forges everything" => issuer.Sign(AttackedCluster.Claims(Attacker)),
            "no scope" => issuer.Sign(AttackedCluster.Claims(Victim, scope: "")),
            "the other scope" => issuer.Sign(AttackedCluster.Claims(Victim, scope: operation.IsWrite ? "memory:read" : "memory:write")),
            "agent of another" => issuer.Sign(AttackedCluster.Claims(Victim, "intruder", "memory:read memory:write")),
            _ => null,
        };
        (string, string)[] authorization = token is null ? [] : [("Authorization", "Bearer " + token)];
        (string, string)[] forged =
        [
            ("dapr-caller-app-id", "memory-router"), ("dapr-caller-namespace", "default"), ("dapr-app-id", "memory-0"), ("dapr-api-token", "guess"), ("Memory-Caller-App", "fleet"),
        ];
        return who switch
        {
            "forged app" => [("dapr-caller-app-id", "fleet"), ("dapr-caller-namespace", "default"), ("dapr-api-token", "")],
            "forged router" => forged,
            "other tenant that forges everything" => [.. authorization, .. forged, ("Memory-Agent", Secrets.Agent[..6]), ("X-Forwarded-Prefix", "/v1/alpha"), ("Memory-Tenant", Victim)],
            "agent of another" => [.. authorization, ("Memory-Agent", "keeper")],
            _ => authorization,
        };

        static JsonObject With(string claim, JsonNode? value)
        {
            var claims = AttackedCluster.Claims(Victim);
            claims.Remove(claim);
            if (value is not null)
                claims[claim] = value;
            return claims;
        }
    }
}
