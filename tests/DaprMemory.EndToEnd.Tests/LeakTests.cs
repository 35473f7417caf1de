using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using DaprMemory.EndToEnd.Tests.Support;
using DaprMemory.Hosting.Tests.Tls;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>
/// Two tenants work, and fail, with names and values that can be found again. What one is told, what the pages of operators show, and what is logged and
/// traced is searched for them.
/// </summary>
public sealed class LeakTests : IDisposable
{
    const string Names = "nmX7", Contents = "ctX7";

    readonly TestAuthority _authority = new();
    readonly MountedSecret _router;
    readonly MountedSecret _shard;

    public LeakTests() =>
        (_router, _shard) = (new MountedSecret(_authority.Sign("memory-router"), _authority.Pem), new MountedSecret(_authority.Sign("memory-0"), _authority.Pem));

    public void Dispose()
    {
        _router.Dispose();
        _shard.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Nothing_of_a_tenant_is_in_what_others_get_and_no_contents_are_in_logs_and_traces()
    {
        var traces = new ConcurrentQueue<string>();
        using var listener = Listen(traces);
        await using var fleet = await SecureFleet.StartAsync(_router, _shard);
        var operations = await Operation.ListAsync(fleet.ShardPages);
        Tenant[] tenants = [new(fleet, "alpha"), new(fleet, "beta")];
        foreach (var tenant in tenants)
            await tenant.WorkAsync(operations);
        // The store fails, in each way that a save can.
        foreach (var effect in new[] { FaultEffect.FailBefore, FaultEffect.FailAfter })
        {
            fleet.Sidecars.Faults("memory-0").Set(new FaultRule(effect) { Probability = 0.5 });
            foreach (var tenant in tenants)
                await tenant.WorkAsync(operations);
        }
        fleet.Sidecars.Faults("memory-0").Set();
        foreach (var tenant in tenants)
            await tenant.WorkAsync(operations);

        string.Join("\n", tenants[0].Heard).ShouldContain(tenants[0].Mark(Contents));
        string.Join("\n", tenants[0].Heard).ShouldNotContain("Beta", Case.Sensitive);
        string.Join("\n", tenants[1].Heard).ShouldNotContain("Alpha", Case.Sensitive);

        using var pages = new HttpClient { BaseAddress = fleet.ShardPages };
        foreach (var page in new[] { "/metrics", "/health/ready", "/health/live", "/openapi/v1.json", "/dapr/subscribe" })
            ShouldHaveNone(await pages.GetStringAsync(page), page, Names, Contents);
        using var router = new HttpClient { BaseAddress = fleet.RouterPages };
        foreach (var page in new[] { "/metrics", "/health/ready", "/cluster" })
            ShouldHaveNone(await router.GetStringAsync(page), page, Names, Contents);
        foreach (var line in fleet.Log)
        {
            ShouldHaveNone(line, "the log", Contents);
            tenants.ShouldAllBe(tenant => !line.Contains(tenant.Token));
        }
        traces.ShouldContain(span => span.Contains("/v1/alpha/"));
        foreach (var span in traces)
        {
            ShouldHaveNone(span, "the traces", Contents);
            tenants.ShouldAllBe(tenant => !span.Contains(tenant.Token));
        }
    }

    static void ShouldHaveNone(string text, string where, params string[] kinds)
    {
        foreach (var kind in kinds)
        {
            var at = text.IndexOf(kind, StringComparison.OrdinalIgnoreCase);
            (at < 0 ? null : text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)]).ShouldBeNull(where);
        }
    }

    static ActivityListener Listen(ConcurrentQueue<string> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http" or "Yarp.ReverseProxy" || source.Name.StartsWith("DaprMemory", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => spans.Enqueue(string.Join("\n", [
                activity.DisplayName, activity.StatusDescription,
                .. activity.TagObjects.Concat(activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value)))
                    .Concat(activity.Events.SelectMany(item => item.Tags)).Select(tag => $"{tag.Key}={tag.Value}")])),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>A tenant that calls every operation, in its own spaces and in the other's.</summary>
    sealed class Tenant
    {
        readonly SecureFleet _fleet;
        readonly string _name;

        public Tenant(SecureFleet fleet, string name)
        {
            (_fleet, _name) = (fleet, name);
            Token = fleet.TokenOf(name, Mark(Names) + "agent");
        }

        public string Token { get; }

        /// <summary>All that it was ever told.</summary>
        public ConcurrentQueue<string> Heard { get; } = [];

        public string Mark(string kind) => kind + char.ToUpperInvariant(_name[0]) + _name[1..];

        public async Task WorkAsync(IReadOnlyList<Operation> operations)
        {
            using var client = _fleet.NewClient(Token);
            var space = Mark(Names) + "space";
            await SendAsync(client, "PUT", $"/v1/{_name}/{space}/state/{Mark(Names)}key", $"\"{Mark(Contents)}\"");
            foreach (var operation in operations.Where(operation => !operation.Path.EndsWith("/watch", StringComparison.Ordinal)))
            {
                // Bodies: one that many make something of, one that is no JSON, and one whose kinds are wrong.
                foreach (var body in operation.HasBody ? new string?[] { Body, $"{{{Mark(Contents)}", $"[\"{Mark(Contents)}\",{{\"{Mark(Contents)}\":-1}}]" } : [null])
                    await SendAsync(client, operation.Method, operation.Target(_name, space).Replace(Secrets.Key, Mark(Names) + "key"), body);
            }
            // The other's, as if it were one's own.
            foreach (var other in new[] { "alpha", "beta" })
                await SendAsync(client, "GET", $"/v1/{other}/{Mark(Names)}space/state", null);
        }

        string Body =>
            $$"""
            {"text":"{{Mark(Contents)}}","content":"{{Mark(Contents)}}","role":"user","name":"{{Mark(Names)}}key","query":"{{Mark(Contents)}}","keys":["{{Mark(Names)}}key"],
            "changes":[{"op":"put","key":"{{Mark(Names)}}key-2","value":"{{Mark(Contents)}}"}],"turns":[{"role":"user","content":"{{Mark(Contents)}}"}]}
            """;

        async Task SendAsync(HttpClient client, string method, string target, string? body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), target);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request);
            response.StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError, $"{method} {target}");
            Heard.Enqueue($"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync()}");
        }
    }
}
