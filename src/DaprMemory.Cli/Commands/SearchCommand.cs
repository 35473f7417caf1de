using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Client;
using DaprMemory.Core.Memories;

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
        var command = new Command(
            "search",
            """
            Find memories, the best first.
            Score, who, when, text, and why it was found, with tabs between them; turns around one, indented, behind it.

              daprmem search notes when did we book the hotel
              daprmem search notes hotel --session monday --context 1 --limit 3
              daprmem search notes hotel --mode keyword --tag decision --json
            """) { space, query, limit, mode, tag, session, context };
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
            var found = await client.Space(parsed.GetRequiredValue(space)).Memories.SearchAsync(words, options, cancellationToken);
            Write(connection.Output(parsed), found, options);
            return ExitCodes.Ok;
        });
        return command;
    }

    static void Write(CommandOutput output, SearchResult found, SearchOptions options)
    {
        foreach (var hit in found.Items)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{hit.Score:0.000}\t{LineOf(hit.Memory)}\t{string.Join(',', hit.Matched)}");
            foreach (var near in output.IsJson ? [] : hit.Context ?? [])
                line += $"\n\t{LineOf(near.Memory)}";
            output.Write(line, json => Write(json, hit));
        }
        if (options.Mode is not null && options.Mode != found.Mode)
            output.Complain($"found by {found.Mode}: there is no model, or it gave no answer in time");
        if (found.Backlog > 0)
            output.Complain($"{found.Backlog} memories can't be found by their meaning yet");
    }

    static string LineOf(Memory memory) => $"{memory.Agent}\t{TextOf(memory.At)}\t{memory.Text.ReplaceLineEndings(" ").Replace('\t', ' ')}";

    static void Write(Utf8JsonWriter json, SearchHit hit)
    {
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
