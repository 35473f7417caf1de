using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Agents;

/// <summary>Dapr's official JavaScript SDK as an agent: what it needs of the memory behind the router's sidecar, and of a sidecar itself.</summary>
public sealed class JavaScriptTests(AgentWorld world) : IClassFixture<AgentWorld>
{
    [Fact]
    public async Task Agent_keeps_state_turns_and_memories_through_the_routers_sidecar()
    {
        var seen = await world.RunAsync("memory", AgentWorld.Tenant, await world.TokenAsync());

        Shown(seen).ShouldBe(Shown(JsonNode.Parse(
            """
            {
              "got": { "step": 1, "big": "2^60" },
              "put": "1.0",
              "read": ["plan", "none"],
              "missingItem": false,
              "unchanged": "",
              "isReplaced": true,
              "stale": 412,
              "isOnce": true,
              "appended": [3, 3],
              "turns": [[2, "assistant", "In Łódź, at nine."], [3, "user", "See you."]],
              "isFound": true,
              "deleted": "",
              "missing": 404,
              "stranger": 401
            }
            """)!));
    }

    [Fact]
    public async Task Agent_uses_the_sidecars_state()
    {
        var seen = await world.RunAsync("state");

        Shown(seen).ShouldBe(Shown(JsonNode.Parse(
            """
            {
              "saved": {},
              "got": [{ "n": 1 }, "text", [1, null, false]],
              "missing": "",
              "missingItem": { "key": "none" },
              "data": { "n": 1 },
              "update": {},
              "stale": 409,
              "doubled": 500,
              "staleDelete": 409,
              "deleted": {},
              "failed": 500,
              "after": { "t1": 1, "t2": 2, "b": null },
              "expiring": {},
              "nowhere": 400,
              "query": 500,
              "isHealthy": true,
              "metadata": ["acme-planner", "from JavaScript", ["pubsub", "statestore"]]
            }
            """)!));
    }

    [Fact]
    public async Task Agent_publishes_and_hears()
    {
        var seen = await world.ServeAsync("events");

        Shown(seen).ShouldBe(Shown(JsonNode.Parse(
            """
            {
              "subscriptions": ["many", "notes", "retried", "ruled"],
              "published": [{}, {}, {}, {}, {}, {}],
              "seen": ["\"text\"", "{\"a\":1}", "{\"b\":2}", "{\"raw\":true}"],
              "types": ["application/cloudevents+json"],
              "tries": 3,
              "ruled": { "c": 3 },
              "bulk": ["\"two\"", "{\"n\":1}", "{\"n\":3}"],
              "failed": [],
              "unknown": 404,
              "unknownBulk": 1
            }
            """)!));
    }

    [Fact]
    public async Task Agents_actors_have_state_and_reminders()
    {
        var seen = await world.ServeAsync("actors");

        Shown(seen).ShouldBe(Shown(JsonNode.Parse(
            """
            { "first": 1, "second": 2, "pages": ["one", "two"], "reminded": "tea", "failed": 500 }
            """)!));
    }

    // Of members in an order of their own.
    static string Shown(JsonNode node) => string.Join('\n', node.AsObject().OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}: {item.Value?.ToJsonString()}"));
}
