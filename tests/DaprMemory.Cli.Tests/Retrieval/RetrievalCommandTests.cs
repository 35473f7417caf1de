using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Retrieval;

[Collection(SharedCluster.Name)]
public sealed class RetrievalCommandTests(ClusterFixture cluster) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Conversations_are_imported_and_questions_asked_each_in_its_space()
    {
        var (one, two) = (ClusterFixture.NewSpace(), ClusterFixture.NewSpace());
        _folder.Write("turns.jsonl", string.Join('\n', new[] { one, two }.SelectMany(space => Enumerable.Range(1, 30).Select(i =>
            $$"""{"space":"{{space}}","session":"D1","turn":"D1:{{i}}","speaker":"Ann","at":"2026-01-02T10:00:00Z","text":"I like thing{{i}} of {{(space == one ? "one" : "two")}}"}"""))));
        _folder.Write("questions.jsonl", $$"""
            {"space":"{{one}}","question":"Who likes thing7?","evidence":["D1:7"],"category":"a"}
            {"space":"{{two}}","question":"Who likes thing9?","evidence":["D1:9"],"category":"b"}
            {"space":"{{two}}","question":"Who likes thing9?","evidence":["D1:99"],"category":"b"}
            """);
        var token = await cluster.ClientOptions.TokenProvider!(default);

        var run = await CommandRun.StartAsync("bench", "retrieval", "--data", _folder.Path, "--url", cluster.Address.ToString(), "--token", token, "--json");

        run.ExitCode.ShouldBe(ExitCodes.Ok, run.Error);
        var lines = run.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        lines[..3].Select(line => (line.GetProperty("category").GetString(), line.GetProperty("questions").GetInt32(), line.GetProperty("recallAt10").GetDouble()))
            .ShouldBe([("overall", 3, 2.0 / 3), ("a", 1, 1), ("b", 2, 0.5)]);
        lines[3].GetProperty("p50Ms").GetDouble().ShouldBeGreaterThan(0);
        lines[3].GetProperty("indexMs").GetDouble().ShouldBeGreaterThan(0);
    }
}
