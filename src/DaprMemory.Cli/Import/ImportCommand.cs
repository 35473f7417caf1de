using System.CommandLine;
using System.Globalization;
using DaprMemory.Cli.Commands;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Import;

/// <summary><c>daprmem import</c>: a file of conversations.</summary>
internal static class ImportCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var arguments = new Argument<string[]>("[SPACE] FILE")
        {
            Description = "The file of JSON lines; before it, the space for all of them instead of each one's own.",
            Arity = new ArgumentArity(1, 2),
        };
        arguments.Validators.Add(result =>
        {
            if (result.Tokens is [var space, _] && Names.CheckSpace(space.Value) is { } rule)
                result.AddError($"SPACE: {rule}.");
        });
        var parallel = SymbolRules.NewNumber("--parallel", "How many requests are under way at once.", 1, 1024, otherwise: 16);
        var keepGoing = new Option<bool>("--keep-going") { Description = "Report bad lines and import the others." };
        var command = new Command(
            "import",
            """
            Import turns of conversations from a file of JSON lines.

              {"space":"trip","session":"D1","turn":"D1:1","speaker":"Ann","at":"2026-01-02T10:00:00Z","text":"Hello"}

            Each line is appended to its session, said by its speaker (in the role "user", unless it has a "role"), in the order of the file, and
            becomes a memory that `daprmem search` finds. Running an import again finishes what was interrupted and doubles nothing. A line that is
            no turn, or whose turn is there and is another, is reported with its number and ends the import; or, with --keep-going, is left out.

              daprmem import turns.jsonl
              daprmem import trip turns.jsonl --keep-going --parallel 64

            Exit code 1: some lines were not imported. 5: the service can't be reached; run it again.
            """) { arguments, parallel, keepGoing };
        command.SetAction((parsed, cancellationToken) =>
        {
            var words = parsed.GetRequiredValue(arguments);
            var options = new ImportOptions(words.Length == 2 ? words[0] : null, (int)parsed.GetRequiredValue(parallel)!, parsed.GetValue(keepGoing));
            return RunAsync(connection, parsed, words[^1], options, cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(ConnectionOptions connection, ParseResult parsed, string path, ImportOptions options, CancellationToken cancellationToken)
    {
        using var client = connection.Connect(parsed);
        var output = connection.Output(parsed);
        await using var file = File.OpenRead(path);
        // The complaints of parallel requests, one line at a time.
        var error = TextWriter.Synchronized(parsed.InvocationConfiguration.Error);
        var importer = new Importer(client, options) { Report = error.WriteLine };
        var isTerminal = !Console.IsErrorRedirected && ReferenceEquals(parsed.InvocationConfiguration.Error, Console.Error);
        try
        {
            var running = () => importer.RunAsync(file, cancellationToken);
            await (isTerminal && !output.IsJson
                ? ImportProgress.ShowBarAsync(error, importer, file, running)
                : ImportProgress.ShowLinesAsync(error, importer, file, running));
        }
        finally
        {
            // However it ended: what was written stays written.
            Summarize(output, importer);
        }
        return importer.Bad + importer.Conflicts > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    static void Summarize(CommandOutput output, Importer importer)
    {
        output.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{importer.Imported} imported, {importer.AlreadyThere} already there, {importer.Bad} bad lines, {importer.Conflicts} that are others"),
            json =>
            {
                json.WriteNumber("imported", importer.Imported);
                json.WriteNumber("alreadyThere", importer.AlreadyThere);
                json.WriteNumber("bad", importer.Bad);
                json.WriteNumber("conflicts", importer.Conflicts);
            });
        if (importer.Ended)
            output.Complain("Ended early: what follows in the file was not imported. Mend the line, or --keep-going to leave such lines out.");
    }
}
