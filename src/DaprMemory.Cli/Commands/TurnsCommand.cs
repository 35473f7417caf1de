using System.CommandLine;
using System.Globalization;
using System.Text;
using DaprMemory.Client;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Cli.Commands;

/// <summary><c>daprmem turns</c>: the conversations of a space, and what is said in them.</summary>
internal static class TurnsCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var space = SymbolRules.NewSpace();
        var session = SymbolRules.NewOptionalSession();
        var last = SymbolRules.NewNumber("--last", "Only the newest turns, so many.", 1, SessionsOptions.MaxPageTurns);
        var tokens = SymbolRules.NewNumber("--max-tokens", "Only the newest turns that have so many tokens together.", 1, int.MaxValue);
        var compact = new Option<bool>("--compact") { Description = "Begin with a summary of what --last or --max-tokens cuts off." };
        var add = new Option<string?>("--add") { Description = "Append this text instead of reading.", HelpName = "TEXT" };
        var role = new Option<string>("--role") { Description = "In what role the text is said.", HelpName = "ROLE", DefaultValueFactory = _ => "user" };
        var command = new Command(
            "turns",
            """
            List the sessions of a space, print the turns of one, or append to it.
            Number, time, who, role and text, with tabs between them; turns that were lost as a line of their own.

              daprmem turns notes                            the sessions
              daprmem turns notes monday                     all turns of one
              daprmem turns notes monday --last 10 --compact
              daprmem turns notes monday --add 'Shall we begin?'
            """) { space, session, last, tokens, compact, add, role };
        command.Validators.Add(result =>
        {
            var isOne = result.GetResult(session) is { Tokens.Count: > 0 };
            var isCut = result.GetResult(last) is { Implicit: false } || result.GetResult(tokens) is { Implicit: false };
            var adds = result.GetResult(add) is { Implicit: false };
            if (!isOne && (isCut || adds || result.GetResult(compact) is { Implicit: false }))
                result.AddError("--last, --max-tokens, --compact and --add need a SESSION.");
            else if (adds && isCut)
                result.AddError("--add does not read.");
            else if (!isCut && result.GetResult(compact) is { Implicit: false })
                result.AddError("--compact needs --last or --max-tokens.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Connect(parsed);
            var (output, memory) = (connection.Output(parsed), client.Space(parsed.GetRequiredValue(space)));
            if (parsed.GetValue(session) is not { } name)
                return await ListAsync(memory, output, cancellationToken);
            var conversation = memory.Session(name);
            if (parsed.GetValue(add) is { } text)
                return await AddAsync(conversation, parsed.GetRequiredValue(role), text, output, cancellationToken);
            var options = new TurnsOptions { Last = (int?)parsed.GetValue(last), MaxTokens = (int?)parsed.GetValue(tokens), Compact = parsed.GetValue(compact) };
            return await ReadAsync(conversation, options, output, cancellationToken);
        });
        return command;
    }

    static async Task<int> ListAsync(MemorySpace space, CommandOutput output, CancellationToken cancellationToken)
    {
        await foreach (var session in space.SessionsAsync(cancellationToken: cancellationToken))
        {
            var expires = session.ExpiresAt is { } at ? Time(at) : "";
            output.Write($"{session.Id}\t{expires}", json =>
            {
                json.WriteString("session", session.Id);
                json.WriteString("expiresAt", expires);
            });
        }
        return ExitCodes.Ok;
    }

    static async Task<int> AddAsync(MemorySession session, string role, string text, CommandOutput output, CancellationToken cancellationToken)
    {
        var number = await session.AppendAsync(role, text, cancellationToken: cancellationToken);
        output.Write($"turn {number}", json => json.WriteNumber("n", number));
        return ExitCodes.Ok;
    }

    static async Task<int> ReadAsync(MemorySession session, TurnsOptions options, CommandOutput output, CancellationToken cancellationToken)
    {
        // Read from behind, printed from the beginning: what was not asked to be cut off is needed whole.
        var pages = new Stack<TurnsPage>();
        var isCut = options.Last is not null || options.MaxTokens is not null;
        if (!isCut)
            options = options with { Limit = SessionsOptions.MaxPageTurns };
        do
        {
            if (await session.ReadAsync(options, cancellationToken) is not { } page)
            {
                output.Complain($"no such session: {session.Id}");
                return ExitCodes.NotFound;
            }
            pages.Push(page);
            options = options with { Before = page.Next };
        }
        while (!isCut && options.Before is not null);
        foreach (var page in pages)
            Write(page, output);
        return ExitCodes.Ok;
    }

    static void Write(TurnsPage page, CommandOutput output)
    {
        if (page.Summary is { } summary)
            output.Write($"{summary.From}-{summary.UpTo}\t({summary.Method}) {OneLine(summary.Text)}", json =>
            {
                json.WriteStartObject("summary");
                json.WriteNumber("from", summary.From);
                json.WriteNumber("upTo", summary.UpTo);
                json.WriteString("method", summary.Method);
                json.WriteString("text", summary.Text);
                json.WriteEndObject();
            });
        var missing = new Queue<TurnRange>(page.Missing);
        foreach (var turn in page.Turns)
        {
            while (missing.TryPeek(out var range) && range.To < turn.Number)
                Write(missing.Dequeue(), output);
            Write(turn, output);
        }
        foreach (var range in missing)
            Write(range, output);
    }

    static void Write(TurnRange missing, CommandOutput output) => output.Write($"{missing.From}-{missing.To}\t(lost)", json =>
    {
        json.WriteStartObject("missing");
        json.WriteNumber("from", missing.From);
        json.WriteNumber("to", missing.To);
        json.WriteEndObject();
    });

    static void Write(Turn turn, CommandOutput output) => output.Write($"{turn.Number}\t{Time(turn.At)}\t{turn.Agent}\t{turn.Role}\t{OneLine(turn.HasParts ? Encoding.UTF8.GetString(turn.Content.Span) : turn.GetText())}", json =>
    {
        json.WriteNumber("n", turn.Number);
        json.WriteString("at", Time(turn.At));
        json.WriteString("agent", turn.Agent);
        json.WriteString("role", turn.Role);
        json.WritePropertyName(turn.HasParts ? "parts" : "text");
        json.WriteRawValue(turn.Content.Span);
        if (!turn.Metadata.IsEmpty)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(turn.Metadata.Span);
        }
    });

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
