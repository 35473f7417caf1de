using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Client;

namespace DaprMemory.Cli.Tests.Tune;

[Collection(SharedCluster.Name)]
public sealed class TuneCommandTests(ClusterFixture cluster) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Weights_are_fitted_to_the_questions_and_given_as_configuration()
    {
        var space = await FillAsync();
        var questions = _folder.Write("questions.jsonl", string.Join('\n', Enumerable.Range(0, 25).Select(i => $$"""{"question":"Who likes thing{{i}}?","evidence":["m{{i}}"]}""")));
        var file = Path.Combine(_folder.Path, "weights.json");

        var run = await cluster.RunAsync("tune", space, "--questions", questions, "--out", file, "--json");

        run.ExitCode.ShouldBe(ExitCodes.Ok, run.Error);
        var overall = JsonDocument.Parse(run.Lines[0]).RootElement;
        (overall.GetProperty("category").GetString(), overall.GetProperty("questions").GetInt32()).ShouldBe(("overall", 25));
        overall.GetProperty("before").GetProperty("recallAt10").GetDouble().ShouldBe(1);
        overall.GetProperty("after").GetProperty("recallAt10").GetDouble().ShouldBe(1);
        var weights = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement
            .GetProperty("Memory").GetProperty("Policies").GetProperty("default").GetProperty("SearchWeights");
        weights.EnumerateObject().Select(weight => weight.Name).ShouldBe(
            ["Bias", .. Enum.GetNames<DaprMemory.Core.Search.SearchSignal>()]);
    }

    [Fact]
    public async Task Too_few_questions_fit_nothing()
    {
        var space = await FillAsync();
        var questions = _folder.Write("questions.jsonl", """
            {"question":"Who likes thing1?","evidence":["m1"]}
            {"question":"Who likes thing2?","evidence":["nobody"]}
            {"question":"Who likes thing3?","evidence":["m3"],"space":"elsewhere"}
            """);
        var run = await cluster.RunAsync("tune", space, "--questions", questions);
        run.ExitCode.ShouldBe(ExitCodes.Failed);
        run.Error.ShouldContain("1 questions are left out");
        run.Output.Trim().ShouldBeEmpty();

        var bad = await cluster.RunAsync("tune", space, "--questions", _folder.Write("bad.jsonl", """{"question":"Who?"}"""));
        bad.ExitCode.ShouldBe(ExitCodes.Failed);
        bad.Error.ShouldContain("line 1");
    }

    async Task<string> FillAsync()
    {
        var space = ClusterFixture.NewSpace();
        using var client = new MemoryClient(cluster.Address, cluster.ClientOptions);
        await client.Space(space).Memories.AddAsync([.. Enumerable.Range(0, 40).Select(i => new NewMemory($"Agent number {i} likes thing{i} and thing{i + 40}") { Id = $"m{i}" })]);
        return space;
    }
}
