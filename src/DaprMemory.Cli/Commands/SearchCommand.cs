using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Client;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem search</c>: finds memories.</summary>
internal static class SearchCommand
{
    const int MaxLimit = 100, MaxContext = 5;

    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var query = new Argument<string[]>("QUERY") { Description = "A question, or words.", Arity = ArgumentArity.OneOrMore };
        var limit = SymbolRules.NewNumber("--limit", "At most so many.", 1, MaxLimit);
        var mode = new Option<string?>("--mode") { Description = "By what to find: hybrid (default), keyword or vector.", HelpName = "MODE" };
        mode.AcceptOnlyFromAmong("hybrid", "keyword", "vector");
        var tag = new Option<string[]>("--tag") { Description = "Only memories with this tag; may be repeated.", HelpName = "TAG" };
        var session = new Option<string?>("--session") { Description = "Only memories of this session.", HelpName = "SESSION" };
        var context = SymbolRules.NewNumber("--context", "So many turns before and behind each come with it.", 0, MaxContext);
        var also = new Option<string[]>("--also") { Description = "Another space to search, too; may be repeated.", HelpName = "SPACE" };
        also.Validators.Add(result =>
        {
            foreach (var rule in result.Tokens.Select(name => Names.CheckSpace(name.Value)).OfType<string>())
                result.AddError($"--also: {rule}.");
        });
        var command = new Command(
            "search",
            """
            Find memories, the best first.
            Score, who, when, text, and why it was found, with tabs between them; turns around one, indented, behind it. With --also, the space
            comes first, and spaces that gave no answer are named (exit code 5).

              daprmem search notes when did we book the hotel
              daprmem search notes hotel --session monday --context 1 --limit 3
              daprmem search notes hotel --also trip --mode keyword --tag decision --json
            """) { space, query, limit, mode, tag, session, context, also };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var options = new SearchOptions
            {
                Mode = parsed.GetValue(mode),
                Limit = (int?)parsed.GetValue(limit),
                Context = (int?)parsed.GetValue(context),
                Filter = new SearchFilter
                {
                    Tags = parsed.GetValue(tag) is { Length: > 0 } tags ? tags : null,
                    Session = parsed.GetValue(session),
                },
            };
            var words = string.Join(' ', parsed.GetRequiredValue(query));
            var (output, first) = (connection.Output(parsed), parsed.GetRequiredValue(space));
            if (parsed.GetValue(also) is not { Length: > 0 } others)
            {
                var found = await client.Space(first).Memories.SearchAsync(words, options, cancellationToken);
                Write(output, found.Items);
                Explain(output, options, found.Mode, found.Backlog);
                return ExitCodes.Ok;
            }
            var all = await client.SearchAsync(words, [.. others.Prepend(first).Distinct(StringComparer.Ordinal)], options, cancellationToken: cancellationToken);
            Write(output, all.Items);
            foreach (var searched in all.Spaces)
                Explain(output, options, searched.Mode, searched.Backlog, $"{searched.Space}: ");
            foreach (var missing in all.Incomplete ?? [])
                output.Complain($"{missing.Space}: no answer ({missing.Reason}) {missing.Detail}".TrimEnd());
            return all.Incomplete is null ? ExitCodes.Ok : ExitCodes.Unavailable;
        });
        return command;
    }

    static void Write(CommandOutput output, IReadOnlyList<SearchHit> hits)
    {
        foreach (var hit in hits)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{(hit.Space is null ? "" : hit.Space + "\t")}{hit.Score:0.000}\t{LineOf(hit.Memory)}\t{string.Join(',', hit.Matched)}");
            foreach (var near in output.IsJson ? [] : hit.Context ?? [])
                line += $"\n\t{LineOf(near.Memory)}";
            output.Write(line, json => Write(json, hit));
        }
    }

    static void Explain(CommandOutput output, SearchOptions options, string mode, int backlog, string where = "")
    {
        if (options.Mode is not null && options.Mode != mode)
            output.Complain($"{where}found by {mode}: there is no model, or it gave no answer in time");
        if (backlog > 0)
            output.Complain($"{where}{backlog} memories can't be found by their meaning yet");
    }

    static string LineOf(Memory memory) => $"{memory.Agent}\t{TextOf(memory.At)}\t{memory.Text.ReplaceLineEndings(" ").Replace('\t', ' ')}";

    static void Write(Utf8JsonWriter json, SearchHit hit)
    {
        if (hit.Space is not null)
            json.WriteString("space", hit.Space);
        json.WriteString("id", hit.Id);
        json.WriteNumber("score", hit.Score);
        json.WriteStartArray("matched");
        foreach (var reason in hit.Matched)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        WriteMemory(hit.Memory);
        if (hit.Context is not { } context)
            return;
        json.WriteStartArray("context");
        foreach (var near in context)
        {
            json.WriteStartObject();
            json.WriteString("id", near.Id);
            WriteMemory(near.Memory);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        void WriteMemory(Memory memory)
        {
            json.WritePropertyName("memory");
            json.WriteRawValue(MemoryCodec.Encode(memory).Span);
        }
    }

    static string TextOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
