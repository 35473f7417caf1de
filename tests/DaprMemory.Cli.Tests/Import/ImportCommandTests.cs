using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Tests.Support;

namespace DaprMemory.Cli.Tests.Import;

[Collection(SharedCluster.Name)]
public sealed class ImportCommandTests(ClusterFixture cluster) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_import_counts_what_it_did()
    {
        var space = ClusterFixture.NewSpace();
        var file = _folder.Write("t.jsonl", $"{Turn(space, 1)}\n\n{Turn(space, 2)}\n");

        var run = await cluster.RunAsync("import", file, "--json");

        run.ExitCode.ShouldBe(ExitCodes.Ok);
        JsonDocument.Parse(run.Output).RootElement.ToString().ShouldBe("""{"imported":2,"alreadyThere":0,"bad":0,"conflicts":0}""");
    }

    [Fact]
    public async Task A_given_space_takes_all_lines()
    {
        var space = ClusterFixture.NewSpace();

        await cluster.RunAsync("import", space, _folder.Write("t.jsonl", Turn("elsewhere", 1)));

        (await cluster.RunAsync("turns", space)).Lines.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Bad_lines_are_a_failure_even_when_it_keeps_going()
    {
        var space = ClusterFixture.NewSpace();

        var run = await cluster.RunAsync("import", _folder.Write("t.jsonl", $"nope\n{Turn(space, 1)}"), "--keep-going");

        run.ExitCode.ShouldBe(ExitCodes.Failed);
        run.Error.ShouldContain("line 1: ");
        run.Output.ShouldBe("1 imported, 0 already there, 1 bad lines, 0 that are others\n");
    }

    public void Dispose() => _folder.Dispose();

    static string Turn(string space, int number) => $$"""{"space":"{{space}}","session":"D1","turn":"{{number}}","speaker":"Ann","at":"2026-01-02T10:00:00Z","text":"Hello {{number}}"}""";
}
