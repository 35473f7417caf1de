using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Retrieval;
using DaprMemory.Client;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Search;

namespace DaprMemory.Cli.Tune;

/// <summary><c>daprmem tune</c>: weights for a tenant's own questions.</summary>
internal static class TuneCommand
{
    /// <summary>Fewer questions tell nothing that would hold for others.</summary>
    const int LeastQuestions = 20;

    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var file = new Option<string>("--questions") { Description = "The questions, JSON lines.", HelpName = "FILE", Required = true };
        var outFile = new Option<string?>("--out") { Description = "Where to put the configuration, instead of printing it.", HelpName = "FILE" };
        var command = new Command(
            "tune",
            """
            Fit how much each signal counts in searches to questions of which it is known which memories answer them.

              {"question":"Who likes tea?","evidence":["m-17","m-31"],"category":"likes"}

            `evidence` names memories by their ids; `space` and `category` are optional, and questions of other spaces are left out. The
            memories are read once and searched in this process: nothing is written. "before" is what the service's own weights find; "after"
            what weights find that were fitted to the other questions, a fifth of them at a time.

              daprmem tune notes --questions questions.jsonl
              daprmem tune notes --questions questions.jsonl --out weights.json
            """) { space, file, outFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(space);
            var output = connection.Output(parsed);
            using var client = connection.Connect(parsed);
            var memories = client.Space(name).Memories;
            List<MemoryDocument> documents = [];
            await foreach (var memory in memories.ListAsync(new MemoryListOptions { PageSize = 1000 }, cancellationToken))
                documents.Add(ToDocument(memory));
            var questions = Usable(JudgedData.ReadQuestions(parsed.GetRequiredValue(file)), name, documents, output);
            if (questions.Count < LeastQuestions)
            {
                output.Complain($"{questions.Count} questions of {name} can be used; weights are fitted to {LeastQuestions} or more.");
                return ExitCodes.Failed;
            }
            var model = (await memories.SearchAsync(questions[0].Question, cancellationToken: cancellationToken)).Model;
            var encode = Encoder(model, ModelPackage.UseLite.FolderIn(connection.DataPath(parsed)), output);
            var tuning = new WeightTuning([.. documents.Select(document => (document, encode?.Invoke(document.Text)))], encode, TimeProvider.System.GetUtcNow());
            var result = await tuning.RunAsync(questions, new SearchWeights(), cancellationToken);
            Print(output, result);
            var json = ConfigurationOf(connection.Tenant(parsed), result.Weights, isIndented: !output.IsJson || parsed.GetValue(outFile) is not null);
            if (parsed.GetValue(outFile) is { } path)
            {
                await File.WriteAllTextAsync(path, json, cancellationToken);
                output.Complain($"The configuration is in {path}; give it to every shard.");
            }
            else
                await parsed.InvocationConfiguration.Output.WriteLineAsync(json);
            return ExitCodes.Ok;
        });
        return command;
    }

    static MemoryDocument ToDocument(StoredMemory stored)
    {
        var memory = stored.Memory;
        string[] links = [.. (memory.Links ?? []).Select(link => link.To), .. memory.Supersedes is { } old ? [old] : Array.Empty<string>()];
        return new MemoryDocument(stored.Id, stored.ETag, memory.Text, memory.Agent, memory.At)
        {
            Tags = memory.Tags,
            Importance = memory.Importance ?? 0.5,
            Session = memory.Source?.Session,
            Turn = memory.Source?.Turn,
            ValidFrom = memory.ValidFrom,
            ValidTo = memory.ValidTo,
            ExpiresAt = stored.ExpiresAt,
            Links = links.Length > 0 ? links : null,
        };
    }

    static List<AskedQuestion> Usable(IReadOnlyList<AskedQuestion> questions, string space, List<MemoryDocument> documents, CommandOutput output)
    {
        var known = documents.Select(document => document.Id).ToHashSet(StringComparer.Ordinal);
        var here = questions.Where(question => question.Space is null || question.Space == space).ToList();
        var usable = here.FindAll(question => question.Evidence.Any(known.Contains));
        if (usable.Count < here.Count)
            output.Complain($"{here.Count - usable.Count} questions are left out: {space} has none of the memories that answer them.");
        return usable;
    }

    /// <summary>The service's model, where it is one that runs here, too.</summary>
    static Func<string, float[]>? Encoder(string? model, string folder, CommandOutput output)
    {
        if (model is null)
            return null;
        if (model == UniversalSentenceEncoder.ModelId && ModelPackage.IsIn(folder))
            return UniversalSentenceEncoder.Load(folder).Encode;
        output.Complain($"The service's model ({model}) is not in {folder}: the weights of vectors stay as they are, and \"before\" and \"after\" are without them.");
        return null;
    }

    static void Print(CommandOutput output, TuningResult result)
    {
        foreach (var (before, after) in result.Before.Zip(result.After))
        {
            output.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{before.Category,-14} {before.Questions,5} questions  R@10 {before.RecallAt10:f3} → {after.RecallAt10:f3}  hit@10 {before.HitAt10:f3} → {after.HitAt10:f3}  MRR {before.ReciprocalRank:f3} → {after.ReciprocalRank:f3}"),
                json =>
                {
                    json.WriteString("category", before.Category);
                    json.WriteNumber("questions", before.Questions);
                    foreach (var (name, scores) in new[] { ("before", before), ("after", after) })
                    {
                        json.WriteStartObject(name);
                        json.WriteNumber("recallAt10", scores.RecallAt10);
                        json.WriteNumber("hitAt10", scores.HitAt10);
                        json.WriteNumber("mrr", scores.ReciprocalRank);
                        json.WriteEndObject();
                    }
                });
        }
        var (was, now) = (result.Before[0].RecallAt10, result.After[0].RecallAt10);
        if (now <= was)
            output.Complain("On questions that they were not fitted to these weights find no more than those that there are: keep those.");
    }

    /// <summary>The weights as configuration of the service, for this tenant.</summary>
    static string ConfigurationOf(string tenant, SearchWeights weights, bool isIndented)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = isIndented }))
        {
            json.WriteStartObject();
            foreach (var part in new[] { "Memory", "Policies", tenant, "SearchWeights" })
                json.WriteStartObject(part);
            json.WriteNumber(nameof(SearchWeights.Bias), Rounded(weights.Bias));
            var byWeight = weights.ToArray();
            foreach (var signal in Enum.GetValues<SearchSignal>())
                json.WriteNumber(signal.ToString(), Rounded(byWeight[(int)signal]));
            for (var depth = 0; depth < 5; depth++)
                json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());

        static decimal Rounded(float weight) => Math.Round((decimal)weight, 4);
    }
}
